// A file on its way to the server, as it is, with how much of it has been sent: fetch() cannot tell.
import { Problem, problemOf, query } from "../../api";
import { language } from "../../state/language";

const LOOKED_AT = 4 * 1024 * 1024;

/** Spreadsheets of Windows write what is no UTF-8: nobody at a desk should have to know which it is. */
async function charsetOf(file: File): Promise<string> {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(await file.slice(0, LOOKED_AT).arrayBuffer(), { stream: true });
    return "utf-8";
  } catch {
    return "windows-1252";
  }
}

const isNdjson = (name: string) => /\.(ndjson|jsonl|json)$/i.test(name);

async function typeOf(file: File): Promise<string> {
  return isNdjson(file.name) ? "application/x-ndjson" : "text/csv; charset=" + (await charsetOf(file));
}

function answerOf(asked: XMLHttpRequest): Response {
  return new Response(asked.responseText, { status: asked.status, headers: { "Content-Type": asked.getResponseHeader("Content-Type") ?? "" } });
}

/** sent: of 1. */
export async function send<T>(method: string, address: string, body: Blob, type: string, sent: (part: number) => void, signal: AbortSignal): Promise<T> {
  const asked = new XMLHttpRequest();
  asked.open(method, "/api/v1" + address);
  asked.setRequestHeader("Content-Type", type);
  asked.setRequestHeader("Accept-Language", language.value);
  asked.upload.onprogress = (event) => sent(event.total ? event.loaded / event.total : 0);
  const abort = () => asked.abort();
  signal.addEventListener("abort", abort);
  await new Promise<void>((done, fail) => {
    asked.onload = () => done();
    asked.onerror = asked.onabort = () => fail(new Problem(0, "network", ""));
    asked.send(body);
  }).finally(() => signal.removeEventListener("abort", abort));
  const answer = answerOf(asked);
  if (!answer.ok) throw await problemOf(answer);
  return (await answer.json()) as T;
}

/** type: of what is no table. */
export async function upload<T>(path: string, values: Record<string, string | boolean>, file: File, sent: (part: number) => void, signal: AbortSignal, type?: string): Promise<T> {
  return send<T>("POST", path + query(values), file, type ?? (await typeOf(file)), sent, signal);
}
