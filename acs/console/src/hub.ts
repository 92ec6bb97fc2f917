// One event stream for everybody who listens: lives in the shared worker, or in the page where there is none.
//
// HTTP/1.1 browsers open six connections to a host; a stream per tab would stop the seventh tab, and every request with it.

export type StreamState = "idle" | "connecting" | "live" | "lost";
export type FromHub = { state: StreamState } | { event: string; data: unknown };
export type ToHub = { topics: string[] } | { alive: true } | { bye: true };
export type Listener = (message: FromHub) => void;

const TOPICS_MAX = 50;
const RETRY_MS = 3000;
const SETTLE_MS = 30;
const SILENT_MS = 150000; // a tab in the background may speak once a minute
const EVENTS = ["action.progress", "action.succeeded", "action.failed", "action.expired", "action.cancelled", "case", "facts", "campaign", "reset"];

const KINDS = ["device", "action", "campaign"];

interface Client {
  topics: Set<string>;
  fresh: Set<string>; // asked for since the last stream was opened: something may have been missed
  heard: number;
}

export class Hub {
  #clients = new Map<Listener, Client>();
  #source: EventSource | null = null;
  #open = "";
  #state: StreamState = "idle";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seen: string[] = [];

  hear(listener: Listener, message: ToHub): void {
    if ("bye" in message) this.#clients.delete(listener);
    else if ("topics" in message) this.#subscribe(listener, message.topics);
    else this.#clients.get(listener)!.heard = Date.now();
    this.#settle(SETTLE_MS);
  }

  join(listener: Listener): void {
    this.#clients.set(listener, { topics: new Set(), fresh: new Set(), heard: Date.now() });
    listener({ state: this.#state });
  }

  #subscribe(listener: Listener, topics: string[]): void {
    const before = this.#clients.get(listener)?.topics ?? new Set();
    this.#clients.set(listener, {
      topics: new Set(topics),
      fresh: new Set(topics.filter((topic) => !before.has(topic))),
      heard: Date.now(),
    });
  }

  #settle(after: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), after);
  }

  #wanted(): string[] {
    const oldest = Date.now() - SILENT_MS;
    for (const [listener, client] of this.#clients) if (client.heard < oldest) this.#clients.delete(listener);
    return [...new Set([...this.#clients.values()].flatMap((client) => [...client.topics]))].sort().slice(0, TOPICS_MAX);
  }

  #tell(state: StreamState): void {
    this.#state = state;
    for (const listener of this.#clients.keys()) listener({ state });
  }

  // The new stream is open before the old one ends, so that nothing falls between them.
  #connect(): void {
    const topics = this.#wanted().join(",");
    if (topics === this.#open && this.#source?.readyState === EventSource.OPEN) return this.#greet();
    const old = this.#source;
    this.#open = topics;
    this.#source = null;
    if (topics === "") {
      old?.close();
      return this.#tell("idle");
    }
    if (this.#state !== "live") this.#tell("connecting");
    this.#source = this.#follow(topics, old);
  }

  #follow(topics: string, old: EventSource | null): EventSource {
    const source = new EventSource("/api/v1/stream?topics=" + encodeURIComponent(topics));
    for (const name of EVENTS) source.addEventListener(name, (event) => this.#pass(source, name, event as MessageEvent));
    source.onopen = () => {
      old?.close();
      if (source !== this.#source) return;
      this.#tell("live");
      this.#greet();
    };
    source.onerror = () => {
      old?.close();
      if (source === this.#source) this.#lose(source);
    };
    return source;
  }

  // The browser tries again by itself unless the answer was a refusal.
  #lose(source: EventSource): void {
    this.#tell(source.readyState === EventSource.CLOSED ? "lost" : "connecting");
    for (const client of this.#clients.values()) client.fresh = new Set(client.topics);
    if (source.readyState === EventSource.CLOSED) this.#settle(RETRY_MS);
  }

  // Whoever has just come, or was cut off, reads again what it shows.
  #greet(): void {
    for (const [listener, client] of this.#clients) {
      if (client.fresh.size > 0) listener({ event: "reset", data: {} });
      client.fresh.clear();
    }
  }

  #pass(source: EventSource, event: string, message: MessageEvent): void {
    // What has no id of its own comes with that of the event before it.
    const isRepeated = event.startsWith("action.") && message.lastEventId !== "" && this.#isKnown(message.lastEventId);
    if (source !== this.#source || isRepeated) return;
    const data = JSON.parse(message.data) as Record<string, string>;
    for (const [listener, client] of this.#clients)
      if (event === "reset" || KINDS.some((kind) => client.topics.has(kind + ":" + data[kind]))) listener({ event, data });
  }

  #isKnown(id: string): boolean {
    if (this.#seen.includes(id)) return true;
    this.#seen = [...this.#seen.slice(-99), id];
    return false;
  }
}
