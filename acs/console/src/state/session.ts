// Who is signed in, and what he may do. The cookie is the browser's; no script ever sees it.
import { computed, signal } from "@preact/signals";
import { call, get, post, Problem, remove, signedOut, type Setup } from "../api";
import { language, shortcutsOn, theme, type Language, type Theme } from "./language";

export interface Me {
  kind?: "user" | "token";
  id: string;
  login?: string;
  name: string;
  role?: string;
  capabilities: string[];
  language?: Language | null;
  preferences?: { theme?: Theme; shortcuts?: boolean };
}

/** undefined: not known yet; null: nobody. */
export const me = signal<Me | null | undefined>(undefined);
/** Why that is not known: the server could not be asked. */
export const meProblem = signal<Problem | null>(null);

const granted = computed(() => new Set(me.value?.capabilities ?? []));
export const can = (capability: string) => granted.value.has(capability);

/** One set of words for all who may not: the reason for a button that is grey. */
export const isUser = computed(() => me.value?.kind === "user");

// Whoever comes after another finds nothing that the other left on the page.
export function adopt(answer: Me): void {
  if (me.value && me.value.id !== answer.id) {
    sessionStorage.clear();
    location.reload();
  }
  if (answer.language) language.value = answer.language;
  if (answer.preferences?.theme) theme.value = answer.preferences.theme;
  if (answer.preferences?.shortcuts !== undefined) shortcutsOn.value = answer.preferences.shortcuts;
  signedOut.value = false;
  me.value = answer;
}

export async function whoAmI(): Promise<void> {
  try {
    adopt(await get<Me>("/me", { quiet: true }));
    meProblem.value = null;
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 401) me.value = null;
    else meProblem.value = problem as Problem;
  }
}

export async function signIn(login: string, password: string, code?: string): Promise<void> {
  adopt(await post<Me>("/session", { login, password, ...(code ? { code } : {}) }, { quiet: true }));
}

export async function signOut(): Promise<void> {
  await remove("/session").catch(() => undefined);
  me.value = null;
}

/** Whether nobody is there yet, and whether people may come with an account of the company. */
export const askSetup = () => get<Setup>("/setup", { quiet: true }).catch(() => ({ open: false, provider: false }));

/** The first administrator; the key is that of the link which the server printed. */
export async function setUp(key: string, login: string, name: string, password: string): Promise<void> {
  adopt(await post<Me>("/setup", { key, login, name, password }, { quiet: true }));
}

export async function acceptInvitation(key: string, password: string): Promise<void> {
  adopt(await post<Me>("/invitation", { key, password }, { quiet: true }));
}

/** Kept with the person, so that he finds it on the next machine; on this one it counts at once. */
export async function keepPreferences(): Promise<void> {
  if (!isUser.value) return;
  await call("PATCH", "/me", {
    language: language.value,
    preferences: { ...me.value?.preferences, theme: theme.value, shortcuts: shortcutsOn.value },
  }).catch(() => undefined);
}
