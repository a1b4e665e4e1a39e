/**
 * What is wrong with the books of a real firm, beyond spellings that can be read back (`dirty.ts`): each kind with the
 * share of records, or of people, that it befalls when dirt is `usual`. Whoever is planted to be found is left alone.
 */
export const USUAL_DIRT = {
  /** Records: the name in traditional characters. */
  traditional: 0.02,
  /** Records: the name in pinyin, in either order. */
  pinyin: 0.02,
  /** Records: a Latin name in full-width letters. */
  fullWidth: 0.02,
  /** Records: a surname and a form of address, and no more: 王先生. */
  surname: 0.01,
  /** Records: a control character inside the name. */
  control: 0.003,
  /** Records: a name that was read in the wrong encoding. */
  encoding: 0.003,
  /** Records that are not the counter's: a name of twenty thousand characters. */
  long: 0.001,
  /** Customer rows: day and month changed places. */
  birthSwapped: 0.005,
  /** Customer rows: no birth date. */
  birthMissing: 0.02,
  /** Customer rows: 19000101. */
  birthPlaceholder: 0.01,
  /** Customer rows: a slip in the document's number. */
  idSlip: 0.004,
  /** Records: a slip in the mobile number. */
  phoneSlip: 0.006,
  /** Records: 13800138000 and its like. */
  phonePlaceholder: 0.005,
  /** Records: the landline of the branch instead of the client's number. */
  branchPhone: 0.008,
  /** Records: the info@ mailbox of the branch instead of the client's. */
  sharedMailbox: 0.008,
  /** People who took another name; some of their records have the former. */
  changedName: 0.004,
  /** People with another mobile number than before; some of their records have the former. */
  changedPhone: 0.03,
  /** People whose former number was given to another client since. */
  reusedPhone: 0.005,
  /** People with a second 一码通 of long ago. */
  secondOneCode: 0.01,
  /** People who are a twin of the one before: one birth date, family name and address. */
  twin: 0.003,
  /** People who bear their father's whole name and live at his address. */
  namesake: 0.003,
  /** Companies, reached by the mobile number of a person who is a client too. */
  company: 0.008,
} as const satisfies Record<string, number>;

export type DirtKind = keyof typeof USUAL_DIRT;
export type Dirt = Readonly<Record<DirtKind, number>>;

const KINDS = Object.keys(USUAL_DIRT) as DirtKind[];
export const NO_DIRT: Dirt = Object.fromEntries(KINDS.map((k) => [k, 0])) as Dirt;

/**
 * `none`, `usual`, or shares of kinds behind either: `usual,pinyin=0.2`, `twin=0.01`.
 *
 * @throws Error naming what was found and what is needed.
 */
export function parseDirt(text: string): Dirt {
  const rates: Record<DirtKind, number> = { ...NO_DIRT };
  for (const part of text.split(',').map((p) => p.trim())) {
    if (part === 'none' || part === '') Object.assign(rates, NO_DIRT);
    else if (part === 'usual') Object.assign(rates, USUAL_DIRT);
    else {
      const [kind = '', share = ''] = part.split('=');
      const rate = Number(share);
      if (!(KINDS as string[]).includes(kind) || share.trim() === '' || !(rate >= 0 && rate <= 1))
        throw new Error(
          `ISTHMUS_SIM_DIRT: found "${part}"; needed: none, usual, or KIND=SHARE with a share from 0 to 1 and a kind of ${KINDS.join(', ')}`,
        );
      rates[kind as DirtKind] = rate;
    }
  }
  return rates;
}
