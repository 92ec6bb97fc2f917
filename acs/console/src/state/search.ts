// Looking for a home by whatever the customer can say.
import { get, query, type SearchResult } from "../api";

export interface Hit {
  device: string | null; // null: a customer without one
  subscriber: string | null;
  title: string;
  detail: string;
  online: boolean | null;
  severity: string | null; // of the newest verdict
  how: string;
}

export interface Found {
  hits: Hit[];
  filter: string | null; // it was a filter of the fleet
}

const HITS_MAX = 8;
const LEAST = 2; // letters or digits; of less everybody would be found

const joined = (...parts: Array<string | null | undefined>) => parts.filter(Boolean).join(" · ");

const ofSubscriber = (row: SearchResult["subscribers"][number]): Hit => ({
  device: row.device?.id ?? null,
  subscriber: row.id,
  title: row.name,
  detail: joined(row.login, row.phone_masked, row.city, row.device && `${row.device.model} ${row.device.serial}`),
  online: row.device?.online ?? null,
  severity: row.verdict?.severity ?? null,
  how: row.how,
});

const ofDevice = (row: SearchResult["devices"][number], how: string): Hit => ({
  device: row.id,
  subscriber: null,
  title: row.serial,
  detail: joined(row.model, row.mac, row.subscriber && "→ " + row.subscriber.name),
  online: row.online,
  severity: null,
  how,
});

/** How each home was found, for its case: the newest search that led to it. */
export const foundBy = new Map<string, string>();

export async function find(text: string, signal?: AbortSignal): Promise<Found> {
  const q = text.trim();
  if (q.replace(/[^\p{L}\p{N}]/gu, "").length < LEAST) return { hits: [], filter: null };
  const found = await get<SearchResult>("/search" + query({ q, limit: HITS_MAX }), { signal });
  const shown = new Set(found.subscribers.map((row) => row.device?.id));
  const devices = found.devices.filter((row) => !shown.has(row.id));
  return {
    hits: [...found.subscribers.map(ofSubscriber), ...devices.map((row) => ofDevice(row, found.kind))],
    filter: found.filter?.q ?? null,
  };
}
