export interface KafkaBroker {
  readonly host: string;
  readonly port: number;
}

export const KAFKA_SCHEMES = ['kafka:', 'kafka+ssl:'] as const;
const PORT = 9092;
const SECURE_PORT = 9093;

/**
 * `kafka://a.example.com:9092,b.example.com` or `kafka+ssl://…`: one broker that answers is enough to find the others.
 * @returns one URL for each broker, in the order they stand.
 */
export function kafkaUrls(address: string): string[] {
  const [, scheme = '', brokers = ''] = /^([a-z+]*:)?\/\/(.*)$/is.exec(address.trim()) ?? [];
  return brokers.split(',').map((b) => `${scheme}//${b.trim().replace(/\/$/, '')}`);
}

/** The brokers of an address that was checked. */
export function kafkaBrokers(address: string): { brokers: KafkaBroker[]; secure: boolean } {
  const urls = kafkaUrls(address).map((u) => new URL(u));
  const secure = urls[0]!.protocol === 'kafka+ssl:';
  return {
    secure,
    brokers: urls.map((u) => ({
      host: u.hostname.replace(/^\[|\]$/g, ''),
      port: u.port === '' ? (secure ? SECURE_PORT : PORT) : Number(u.port),
    })),
  };
}
