import type { Api } from '../api.js';
import type { Firm, FirmCard } from './firm.js';

/** The four systems of the firm, as an operator would register them. */
function systems(firm: FirmCard) {
  return [
    {
      code: 'trading',
      name: '交易柜台 Trading counter',
      connector: 'trading-sql',
      priority: 10,
      owner: '运营部',
      settings: {
        driver: firm.trading.engine,
        host: firm.trading.host,
        port: firm.trading.port,
        database: firm.trading.database,
        user: firm.trading.user,
        password: firm.trading.password,
      },
    },
    {
      code: 'callcentre',
      name: '呼叫中心 Call centre',
      connector: 'call-webhook',
      priority: 20,
      owner: '客服部',
      settings: {
        baseUrl: firm.call.url,
        token: firm.call.token,
        signature: { preset: 'hmac-sha256', secret: firm.call.webhookSecret },
      },
    },
    {
      code: 'mail',
      name: '邮件系统 Mail',
      connector: 'email-smtp',
      priority: 30,
      owner: '市场部',
      settings: {
        host: firm.mail.smtp.host,
        port: firm.mail.smtp.port,
        user: firm.mail.smtp.user,
        password: firm.mail.smtp.password,
        from: firm.mail.smtp.from,
        apiUrl: firm.mail.url,
        apiToken: firm.mail.token,
        webhookSecret: firm.mail.webhookSecret,
      },
    },
    {
      code: 'web',
      name: '网上营业厅 Web and app',
      connector: 'web-segment',
      priority: 40,
      owner: '数字金融部',
      settings: { writeKey: firm.web.writeKey, inboxUrl: firm.web.url, inboxToken: firm.web.token },
    },
  ];
}

/**
 * Registers what is not registered yet, and tells the firm where its systems shall speak to.
 *
 * @returns `known` when every system was registered before.
 */
export async function registerFirm(api: Api, firm: Firm): Promise<'new' | 'known'> {
  const card = await firm.card();
  const known = await api.get<{ items: { code: string; version: number; settings: Record<string, unknown> }[] }>(
    '/systems',
  );
  for (const system of systems(card)) {
    const there = known.items.find((s) => s.code === system.code);
    if (!there) await api.post('/systems', system);
    // The firm's servers have new ports after a restart.
    else await api.send('PATCH', `/systems/${system.code}`, { version: there.version, settings: system.settings });
  }
  const endpoints = await api.get<{ items: { id: string; url: string; version: number }[] }>('/endpoints');
  let secret: string | undefined;
  const [endpoint] = endpoints.items;
  if (!endpoint)
    ({ secret } = await api.post<{ secret: string }>('/endpoints', {
      name: '数据平台 Data platform',
      url: card.downstream.url,
      types: ['segment.*', 'campaign.*', 'action.*', 'outcome.*'],
      concurrency: 32,
    }));
  else if (endpoint.url !== card.downstream.url)
    await api.send('PATCH', `/endpoints/${endpoint.id}`, { version: endpoint.version, url: card.downstream.url });
  await firm.hub({
    url: api.url,
    callWebhook: '/in/callcentre/events',
    mailWebhook: '/in/mail/events',
    ...(secret === undefined ? {} : { webhookSecret: secret }),
  });
  return systems(card).every((s) => known.items.some((k) => k.code === s.code)) ? 'known' : 'new';
}
