import type { Dirt } from './dirt.js';

/** One true person of the pretend firm, as only the firm's creator knows them. The systems hold dirtier records. */
export interface Person {
  /** 0 … clients − 1. */
  readonly index: number;
  /** The client number at the trading counter (of the main record, when the person has two). */
  readonly customerNo: string;
  /** A company among the clients. Whoever has no kind is a person. */
  readonly kind?: 'organisation';
  /** The true name. */
  readonly name: string;
  /** The name before; some records still have it. */
  readonly formerName?: string;
  readonly language: 'zh' | 'en';
  /** 0 male, 1 female. */
  readonly sex: 0 | 1;
  /** `YYYYMMDD`. */
  readonly birthDate: string;
  readonly document: { readonly kind: 'resident' | 'passport' | 'organisation'; readonly number: string };
  /** Eleven digits; a family may share one. */
  readonly mobile?: string;
  /** The number before; some records still have it, and it may be another client's by now. */
  readonly formerMobile?: string;
  readonly email?: string;
  /** Login name of the web site. */
  readonly userId?: string;
  /** Number in the call centre's address book. */
  readonly contactNo?: string;
  /** Number in the mail system's list. */
  readonly subscriberNo?: string;
  /** Of those who share one; others have whatever a clerk wrote. */
  readonly address?: string;
  /** Has a second one-code account of long ago. */
  readonly twoOneCodes?: true;
  /** To whom they are related so closely that records may confuse them: index, and how. */
  readonly kin?: { readonly of: number; readonly as: 'twin' | 'namesake' | 'contact' };
  readonly branch: string;
  readonly manager: string;
  /** Planted to be a valuable client who is leaving; exactly these are found by the shipped segment. */
  readonly atRisk: boolean;
  /** Looks like one who is leaving but for one thing, and must not be found. */
  readonly nearMiss?: NearMiss;
  /** Uniform draws in [0, 1) that follow from the seed: what the person does does not depend on when it is asked. */
  readonly draws: {
    /** Whether a call is answered, and how it ends. */
    readonly call: number;
    /** Whether a mail arrives and is read. */
    readonly mail: number;
    /** Whether an in-app message is read. */
    readonly web: number;
    /** Whether the person leaves; compared with a probability that depends on how they were reached. */
    readonly leave: number;
  };
}

/** What keeps them from being found: 29 % drawn down; too little to begin with; a recent login; a dormant account. */
export type NearMiss = 'drawdown' | 'small' | 'login' | 'dormant';

/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** The firm's people and their time, fixed at the first start and kept in the data folder. */
export interface World {
  readonly seed: string;
  /** The day and time that history ends and live traffic begins. */
  readonly asOf: Date;
  readonly people: readonly Person[];
  /** How much is wrong in the books. */
  readonly dirt: Dirt;
  /** A stream of numbers of its own for every label: parts of the firm do not disturb each other. */
  random(...label: readonly (string | number)[]): Random;
}
