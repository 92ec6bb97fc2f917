// The words of the page. Both dictionaries have the same shape: a missing word does not compile (tsc).
import { computed, effect, signal } from "@preact/signals";
import { language } from "../state/language";
import { pt } from "./pt-BR";

export type Shape<T> = {
  [K in keyof T]: T[K] extends string ? string : T[K] extends (...values: infer A) => string ? (...values: A) => string : Shape<T[K]>;
};
export type Words = Shape<typeof pt>;

const english = signal<Words | null>(null);
const current = computed<Words>(() => (language.value === "en" && english.value) || pt);

// English is fetched by those who want it; until it is there the page speaks Portuguese.
async function fetchEnglish(): Promise<void> {
  english.value ??= (await import("./en")).en;
}

effect(() => {
  if (language.value === "en") void fetchEnglish();
});

/** Before the first word is drawn. */
export const wordsAreThere = () => (language.value === "en" ? fetchEnglish() : Promise.resolve());

export const t = () => current.value;

/** What the server says in both languages. */
export const both = (words: { "pt-BR": string; en: string }) => words[language.value];

/** A word for something that has a name of its own; without one, that name. */
export const wordFor = (words: object, name: string) => (Object.hasOwn(words, name) ? (words as Record<string, string>)[name]! : name);
