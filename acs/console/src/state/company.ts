// Signing in with an account that the company keeps elsewhere: there and back again. The key is this tab's alone: whoever is sent
// here by a link of somebody else has none, and is not signed in by it.
import { post, type ProviderFlow } from "../api";
import { go } from "../router";
import { adopt, type Me } from "./session";

const KEY = "company-key";

export async function goToCompany(): Promise<void> {
  const { url, key } = await post<ProviderFlow>("/session/provider", undefined, { quiet: true });
  sessionStorage.setItem(KEY, key);
  location.assign(url);
}

interface Return {
  key: string;
  state: string;
  code: string; // "": the provider has refused, or the person has turned back
}

/** What the browser has come back with, once; null: nothing. It leaves the address, so that nobody finds it in the history. */
export function takeReturn(): Return | null {
  if (location.pathname !== "/entrada") return null;
  const given = new URLSearchParams(location.search);
  const key = sessionStorage.getItem(KEY) ?? "";
  sessionStorage.removeItem(KEY);
  go("/", true);
  return { key, state: given.get("state") ?? "", code: given.get("code") ?? "" };
}

export async function comeBack({ key, state, code }: Return): Promise<void> {
  adopt(await post<Me>("/session/provider/code", { key: key || "-", state: state || "-", code: code || "-" }, { quiet: true }));
}
