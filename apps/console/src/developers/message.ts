/** A message as it was sent; the way from a delivery to the signatures carries it. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
