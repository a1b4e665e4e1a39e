/** The shape of a set of words, whatever the language: what a translation must have, no key more and none less. */
export type Words<T> = { [K in keyof T]: T[K] extends string ? string : Words<T[K]> };
