// What the page knows of the stream, and who wants to hear of which device, or campaign.
import { signal } from "@preact/signals";
import { Hub, type FromHub, type StreamState, type ToHub } from "../hub";

export interface ActionNews {
  action: string;
  device: string;
  campaign: string;
  state: string;
}
type Hearer = (event: string, news: ActionNews) => void;

const ALIVE_MS = 30000;

export const streamState = signal<StreamState>("idle");

const hearers = new Map<string, Set<Hearer>>();

function receive(message: FromHub): void {
  if ("state" in message) {
    streamState.value = message.state;
    return;
  }
  const news = message.data as ActionNews;
  for (const [topic, group] of hearers)
    if (message.event === "reset" || topic === "device:" + news.device || topic === "campaign:" + news.campaign) for (const hearer of group) hearer(message.event, news);
}

// Phones have no shared workers: there the page keeps the stream itself. Made at the first use: a page to sign in needs none.
function connect(): (message: ToHub) => void {
  if (typeof SharedWorker === "undefined") {
    const hub = new Hub();
    hub.join(receive);
    return (message) => hub.hear(receive, message);
  }
  const policy = window.trustedTypes?.createPolicy("worker", { createScriptURL: (url) => url });
  const worker = new SharedWorker(policy ? policy.createScriptURL(WORKER_URL) : WORKER_URL, { name: "farol" });
  worker.port.onmessage = (event: MessageEvent<FromHub>) => receive(event.data);
  return (message) => worker.port.postMessage(message);
}

let channel: ((message: ToHub) => void) | null = null;

function tellTopics(): void {
  if (!channel) {
    channel = connect();
    setInterval(() => channel?.({ alive: true }), ALIVE_MS);
    addEventListener("pagehide", () => channel?.({ bye: true }));
    addEventListener("pageshow", (event) => event.persisted && tellTopics());
  }
  channel({ topics: [...hearers.keys()] });
}

function follow(topic: string, hearer: Hearer): () => void {
  const group = hearers.get(topic) ?? new Set();
  hearers.set(topic, group.add(hearer));
  tellTopics();
  return () => {
    group.delete(hearer);
    if (group.size === 0) hearers.delete(topic);
    tellTopics();
  };
}

/** Hears of what is done to a device until the function that comes back is called. */
export const followDevice = (id: string, hearer: Hearer) => follow("device:" + id, hearer);
export const followCampaign = (id: string, hearer: Hearer) => follow("campaign:" + id, hearer);
