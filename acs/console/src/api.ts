// The one way to the server: JSON over the API, errors as Problem. Types come from openapi.yaml (acs/api/typescript.py).
import { signal } from "@preact/signals";
import { language } from "./state/language";

export type * from "farol-api";

const TIMEOUT_MS = 30000;

export interface FieldError {
  pointer?: string;
  parameter?: string;
  code: string;
  detail: string;
  column?: number; // of a text, in characters from 1
}

/** What the server refused (RFC 9457), or, with status 0, that it could not be asked. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfter: number | null = null,
    readonly errors: FieldError[] = [],
  ) {
    super(detail);
  }

  /** The same may be answered in a moment. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 503;
  }
}

/** Since when the server has not been reached; null: the newest call was answered. */
export const lostSince = signal<number | null>(null);
/** Somebody who was signed in is not any more. What is on the page stays; only a window to sign in opens. */
export const signedOut = signal(false);

export interface Options {
  once?: boolean; // with an Idempotency-Key: asked again because no answer came it is done once
  signal?: AbortSignal;
  quiet?: boolean; // a 401 is an answer, not the end of the session
  revision?: number; // what was read: refused if somebody has changed it since
}

/** 128 random bits. crypto.randomUUID is missing where the console is served without TLS. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What got no answer may have been done all the same. Whoever presses again means that one: it goes with the same key.
const UNANSWERED_MS = 600000;
const unanswered = new Map<string, { key: string; at: number }>();

function keyOf(wish: string): string {
  const before = unanswered.get(wish);
  const key = before && Date.now() - before.at < UNANSWERED_MS ? before.key : randomKey();
  unanswered.set(wish, { key, at: Date.now() });
  return key;
}

/** Nothing is known of what was asked: no answer came, or one of somebody in between, or it is still being done. */
const isOpen = (problem: Problem) => [0, 502, 504].includes(problem.status) || problem.code === "idempotency_in_progress";

function headersOf(body: string | null, key: string | null, revision: number | undefined): HeadersInit {
  return {
    Accept: "application/json",
    "Accept-Language": language.value,
    ...(body === null ? {} : { "Content-Type": "application/json" }),
    ...(key ? { "Idempotency-Key": key } : {}),
    ...(revision === undefined ? {} : { "If-Match": `"${revision}"` }),
  };
}

export async function problemOf(answer: Response): Promise<Problem> {
  const retry = Number(answer.headers.get("Retry-After"));
  try {
    const body = await answer.json();
    return new Problem(answer.status, body.code, body.detail || body.title, retry || null, body.errors ?? []);
  } catch {
    return new Problem(answer.status, "internal", `HTTP ${answer.status}`, retry || null);
  }
}

async function send(method: string, path: string, init: RequestInit): Promise<Response> {
  try {
    const answer = await fetch(path, { method, credentials: "same-origin", cache: "no-store", ...init });
    lostSince.value = null;
    return answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    lostSince.value ??= Date.now();
    throw new Problem(0, "network", "");
  }
}

async function ask<T>(method: string, path: string, body: string | null, key: string | null, options: Options): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await send(method, "/api/v1" + path, {
    headers: headersOf(body, key, options.revision),
    body,
    signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
  });
  if (!answer.ok) {
    const problem = await problemOf(answer);
    if (problem.status === 401 && !options.quiet) signedOut.value = true;
    throw problem;
  }
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

export async function call<T>(method: string, path: string, body?: unknown, options: Options = {}): Promise<T> {
  const text = body === undefined ? null : JSON.stringify(body);
  const wish = `${method} ${path} ${text}`;
  try {
    const answer = await ask<T>(method, path, text, options.once ? keyOf(wish) : null, options);
    unanswered.delete(wish);
    return answer;
  } catch (error) {
    if (error instanceof Problem && !isOpen(error)) unanswered.delete(wish);
    throw error;
  }
}

export const get = <T>(path: string, options?: Options) => call<T>("GET", path, undefined, options);
export const post = <T>(path: string, body?: unknown, options?: Options) => call<T>("POST", path, body, options);
export const put = <T>(path: string, body: unknown, options?: Options) => call<T>("PUT", path, body, options);
export const patch = <T>(path: string, body: unknown, options?: Options) => call<T>("PATCH", path, body, options);
export const remove = <T>(path: string, options?: Options) => call<T>("DELETE", path, undefined, options);

/** "?a=1&b=2" of what is given; empty values are left out. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && "?" + text;
}

/** Asks for a sign of life until there is one. */
export async function isBack(): Promise<boolean> {
  try {
    await send("GET", "/healthz", { signal: AbortSignal.timeout(5000) });
    return true;
  } catch {
    return false;
  }
}
