import { knownCustomerNo } from '../known-customer-no.js';
import { dirtyEmail, dirtyPhone } from '../people/dirty.js';
import type { Person, Random, World } from '../people/person.js';
import { pick } from '../people/random.js';
import { asRecorded, spelt } from '../people/recorded.js';
import { recentLogin } from '../people/recent-login.js';

interface Who {
  readonly messageId: string;
  readonly timestamp: string;
  readonly userId?: string;
  readonly anonymousId?: string;
}
export type SiteEvent =
  | (Who & { readonly type: 'identify'; readonly traits: Readonly<Record<string, string>> })
  | (Who & { readonly type: 'page'; readonly name: string; readonly properties: Readonly<Record<string, string>> })
  | (Who & { readonly type: 'track'; readonly event: string; readonly properties: Readonly<Record<string, string>> });

export type What = 'identify' | 'login' | 'page' | 'visit' | 'feature';

const DAY_MS = 86_400_000;
const PAGES = ['行情中心', '持仓', '新股申购', '理财超市', '资讯', '开户进度', '费率说明'];
const PATHS = ['/quotes', '/positions', '/ipo', '/funds', '/news', '/account', '/fees'];
const FEATURES = ['Watchlist Changed', 'Report Opened', 'Price Alert Set', 'Statement Downloaded', 'Chat Opened'];

/** What somebody did on the site; it follows from the seed and `messageId`. A `visit` is a page seen before signing in. */
export function siteEvent(world: World, person: Person, what: What, messageId: string, at: Date): SiteEvent {
  const random = world.random('web', 'event', messageId);
  const who = { messageId, timestamp: at.toISOString(), userId: person.userId! };
  const anonymousId = `browser-${person.index}`;
  if (what === 'login') return { ...who, type: 'track', event: 'Logged In', properties: { method: 'password' } };
  if (what === 'feature') return { ...who, type: 'track', event: pick(FEATURES, random), properties: {} };
  if (what === 'identify') return { ...who, type: 'identify', anonymousId, traits: traits(world, person) };
  const page = Math.floor(random() * PAGES.length);
  const view = {
    type: 'page' as const,
    name: PAGES[page]!,
    properties: { url: `https://www.firm.example${PATHS[page]}` },
  };
  return what === 'page' ? { ...who, ...view } : { messageId, timestamp: who.timestamp, anonymousId, ...view };
}

/** What the site knows of a user: the same whenever it says it. Whose login must count is tied to their client number. */
function traits(world: World, person: Person): Record<string, string> {
  const random = world.random('web', 'traits', person.index);
  const customerNo = knownCustomerNo(person, random);
  const recorded = asRecorded(world, person, 'user');
  const known = person.nearMiss === 'login' ? person.customerNo : customerNo;
  return {
    name: spelt(recorded, random),
    phone: dirtyPhone(recorded.mobile, random),
    email: dirtyEmail(recorded.email, random),
    ...(known === undefined ? {} : { customerNo: known }),
  };
}

export interface PlannedEvent {
  readonly person: Person;
  readonly what: What;
  readonly at: number;
}

/**
 * Half a year before `asOf`, oldest first: `perClient` events a client, and more where that is too few for what must
 * be there. Exactly those of `recentLogin` log in within the last 14 days; whoever is planted to leave is not seen on
 * the site in that time at all.
 */
export function pastEvents(world: World, perClient = 0.3): PlannedEvent[] {
  const random = world.random('web', 'past');
  const users = world.people.filter((p) => p.userId !== undefined);
  const before = (daysAgo: number) => world.asOf.getTime() - daysAgo * DAY_MS;
  const active = users.filter(recentLogin);
  const planned: PlannedEvent[] = [];
  const identified: Person[] = [];
  const identify = (person: Person) => {
    identified.push(person);
    planned.push({ person, what: 'identify', at: before(20 + random() * 160) });
  };

  for (const person of active) planned.push({ person, what: 'login', at: before(0.05 + random() * 9) });
  for (const person of active.filter((p) => p.nearMiss === 'login')) identify(person);
  const wanted = users.length === 0 ? 0 : Math.round(world.people.length * perClient);
  const left = Math.max(0, wanted - planned.length);
  const others = [...active, ...users.filter((p) => !recentLogin(p))].filter((p) => p.nearMiss !== 'login');
  for (let i = 0; i < left * 0.7 && i < others.length; i++) identify(others[i]!);
  while (planned.length < wanted) planned.push(anything(users, identified, random, before));
  return planned.sort((a, b) => a.at - b.at);
}

function anything(
  users: readonly Person[],
  identified: readonly Person[],
  random: Random,
  before: (daysAgo: number) => number,
): PlannedEvent {
  const draw = random();
  if (draw < 0.1 && identified.length > 0)
    return { person: pick(identified, random), what: 'visit', at: before(20 + random() * 160) };
  const person = pick(users, random);
  const what = draw < 0.55 ? 'page' : draw < 0.8 ? 'feature' : 'login';
  return { person, what, at: before((person.atRisk || what === 'login' ? 16 : 0.05) + random() * 160) };
}

/** What happens on the site now. Only those of `recentLogin` log in; whoever is planted to leave does not come. */
export function liveEvent(world: World, visitors: readonly Person[], index: number, at: Date): SiteEvent {
  const random = world.random('web', 'live', index);
  const person = pick(visitors, random);
  const draw = random();
  const what = draw < 0.15 && recentLogin(person) ? 'login' : draw < 0.2 ? 'identify' : draw < 0.7 ? 'page' : 'feature';
  return siteEvent(world, person, what, `live-${index}`, at);
}
