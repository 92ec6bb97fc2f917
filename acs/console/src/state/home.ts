// What is shown of one home: read from the store of the server at once, then kept fresh by the stream and by looking again.
import { batch, computed, signal } from "@preact/signals";
import { get, post, Problem, query } from "../api";
import type { Action, ActionList, Case, CaseList, Device, FactList, Presence, SearchResult, Subscriber, Verdict } from "../api";
import { awaitThem, thoseSentAway, type Returning } from "./returning";
import { followDevice, type ActionNews } from "./stream";
import { foundBy } from "./search";
import { can } from "./session";
import { search } from "../router";

export type Fact = FactList["data"][number];
export type Value = string | number | boolean;

const LOOK_AGAIN_MS = 15000;
const MOMENT_MS = 50;
const FRESH_S = 60;
const ENDED = new Set(["succeeded", "failed", "expired", "cancelled"]);

export const hasEnded = (action: Action) => ENDED.has(action.state);

export class Home {
  readonly device = signal<Device | null>(null);
  readonly verdict = signal<Verdict | null>(null);
  readonly presence = signal<Presence | null>(null);
  readonly facts = signal<Map<string, Fact>>(new Map());
  readonly actions = signal<Action[]>([]);
  readonly problem = signal<Problem | null>(null);
  readonly loadedAt = signal<number | null>(null);
  readonly dialog = signal<string | null>(null);
  readonly subscriber = signal<Subscriber | null>(null);
  readonly desk = signal<Case | null>(null); // the caller's own case of this home
  readonly others = signal<CaseList["data"]>([]); // those of others
  readonly handed = signal<Case | null>(null); // that of another, which waits for whoever takes escalated ones
  readonly returning = signal<Returning | null>(null); // who is awaited since the Wi-Fi was changed from here
  readonly queue = signal<string | null>(null); // to which a guide has said that it should go

  readonly open = computed(() => this.actions.value.filter((action) => !hasEnded(action)));
  #leave: (() => void) | null = null;
  #timer = 0;
  #soon = 0;
  #caseToo = false;
  #users = 0;
  #begun = false;
  #isNamed = false;
  #known = new Map<string, string>(); // of a kind of action: another's that it was refused for

  constructor(readonly id: string) {}

  // Follows before it reads: what happens in between is heard.
  enter(): void {
    if (this.#users++ > 0) return;
    this.#leave = followDevice(this.id, (event, news) => this.#hear(event, news));
    this.#timer = window.setInterval(() => document.hidden || void this.#look(), LOOK_AGAIN_MS);
    this.#begun = false;
    void this.#look();
  }

  // The first look that is answered begins the rest; what a busy server has refused is asked for again.
  async #look(): Promise<void> {
    await this.#load();
    if (this.problem.value) return;
    void this.#loadSubscriber();
    if (this.#begun) return;
    this.#begun = true;
    this.#refreshIfOld();
    void this.#beginCase();
  }

  exit(): void {
    if (--this.#users > 0) return;
    this.#leave?.();
    clearInterval(this.#timer);
  }

  async #load(): Promise<void> {
    const at = "/devices/" + this.id;
    try {
      const [device, verdict, facts, presence, actions] = await Promise.all([
        get<Device>(at),
        get<Verdict>(at + "/verdict"),
        get<FactList>(at + "/facts"),
        get<Presence>(at + "/presence"),
        get<ActionList>(at + "/actions" + query({ limit: 20 })),
      ]);
      batch(() => {
        this.device.value = device;
        this.verdict.value = verdict;
        this.presence.value = presence;
        this.facts.value = new Map(facts.data.map((fact) => [fact.name, fact]));
        this.actions.value = actions.data;
        this.problem.value = null;
        this.loadedAt.value = Date.now();
      });
    } catch (problem) {
      this.problem.value = problem as Problem;
    }
  }

  // Whose it is is asked once: it does not change while somebody is on the line.
  async #loadSubscriber(): Promise<void> {
    const serial = this.device.value?.serial;
    if (!serial || !can("subscribers.read") || this.#isNamed) return;
    try {
      const found = await get<SearchResult>("/search" + query({ q: serial, limit: 10 }));
      const mine = found.devices.find((row) => row.id === this.id)?.subscriber?.id ?? found.subscribers.find((row) => row.device?.id === this.id)?.id;
      if (mine) this.subscriber.value = await get<Subscriber>("/subscribers/" + mine);
      this.#isNamed = true;
    } catch {
      // Without a name the serial number stands for the home until the next look.
    }
  }

  // Who was found by a search is on the line: a case opens by itself. Whoever came by a link or the fleet looks only.
  async #beginCase(): Promise<void> {
    const how = foundBy.get(this.id);
    if (!can("cases.work")) return;
    try {
      if (how) await this.openCase(how);
      else await this.loadCase();
    } catch {
      // The page is of use without it; the panel offers to open one.
    }
  }

  async openCase(how: string): Promise<void> {
    this.desk.value = await post<Case>("/cases", { device: this.id, found_by: how }, { once: true });
    void this.loadCase();
  }

  async loadCase(): Promise<void> {
    const all = (await get<CaseList>("/cases" + query({ device: this.id }))).data;
    const mine = all.find((row) => row.mine);
    this.others.value = all.filter((row) => !row.mine);
    this.desk.value = mine ? await get<Case>("/cases/" + mine.id) : null;
    const handed = can("cases.all") ? this.#handedOf(this.others.value) : undefined;
    this.handed.value = handed ? await get<Case>("/cases/" + handed.id) : null;
  }

  // The one that the address names; without it the one that has waited longest.
  #handedOf(others: CaseList["data"]) {
    const named = others.find((row) => row.id === search.value.get("atendimento"));
    return named ?? others.filter((row) => row.state !== "open").pop();
  }

  /** What was read out is a line of the case; nobody types it. */
  noteScript(text: string, of: string): void {
    const open = this.desk.value;
    if (open) void post<Case>(`/cases/${open.id}/notes`, { kind: "script", text, of }, { once: true }).then((next) => (this.desk.value = next), () => undefined);
  }

  reload(): Promise<void> {
    return this.#load();
  }

  // Many events within a moment are one look.
  #hear(event: string, news: ActionNews): void {
    if (event === "case") return void this.loadCase().catch(() => undefined);
    if (event !== "reset" && event !== "facts" && !ENDED.has(news.state)) return void this.#loadAction(news.action);
    this.#caseToo ||= event !== "facts";
    this.#soon ||= window.setTimeout(() => this.#lookAfterNews(), MOMENT_MS);
  }

  #lookAfterNews(): void {
    const caseToo = this.#caseToo && can("cases.work");
    this.#soon = 0;
    this.#caseToo = false;
    void this.#load();
    if (caseToo) void this.loadCase().catch(() => undefined);
  }

  async #loadAction(id: string): Promise<void> {
    try {
      this.put(await get<Action>("/actions/" + id));
    } catch {
      // The next look tells.
    }
  }

  /** The action as it is now, in its place among the others. */
  put(action: Action): void {
    const others = this.actions.value.filter((other) => other.id !== action.id);
    this.actions.value = [action, ...others].sort((a, b) => b.created_at.localeCompare(a.created_at));
  }

  async run(type: string, params?: Record<string, unknown>, reason?: string): Promise<Action> {
    const body = { type, ...(params ? { params } : {}), ...(reason ? { reason } : {}) };
    const away = thoseSentAway(this, type, params);
    const action = await this.#order(`/devices/${this.id}/actions`, type, body);
    this.put(action);
    awaitThem(this, action, away);
    return action;
  }

  // What another has under way is told once; whoever asks again for the same (what) knows of it.
  async #order(at: string, what: string, body: object): Promise<Action> {
    const beside = this.#known.get(what);
    try {
      return await post<Action>(at, beside ? { ...body, beside } : body, { once: true });
    } catch (problem) {
      const other = problem instanceof Problem && problem.code === "other_at_work" ? problem.errors[0] : null;
      if (other) this.#known.set(what, other.detail);
      throw problem;
    }
  }

  async cancel(action: Action): Promise<void> {
    this.put(await post<Action>(`/actions/${action.id}/cancel`, {}, { once: true }));
  }

  async undo(action: Action): Promise<Action> {
    const away = thoseSentAway(this, action.type, action.params);
    const undoing = await this.#order(`/actions/${action.id}/undo`, action.id, {});
    this.put(undoing);
    awaitThem(this, undoing, away);
    void this.#loadAction(action.id);
    return undoing;
  }

  // Whoever opens a home wants to know how it is now: the light set is read unless it is fresh, or was asked for just now.
  #refreshIfOld(): void {
    const device = this.device.value;
    const ages = [...this.facts.value.values()].filter((fact) => !fact.told).map((fact) => fact.age_s);
    const asked = this.actions.value.some(
      (action) => action.type === "refresh" && (!hasEnded(action) || Date.now() - Date.parse(action.created_at) < FRESH_S * 1000),
    );
    if (!device?.online || asked || !can("actions.run") || Math.min(...ages) <= FRESH_S) return;
    void this.run("refresh", { set: "light" }).catch(() => undefined);
  }

  // ---- facts

  value(name: string): Value | undefined {
    return this.facts.value.get(name)?.value;
  }

  number(name: string): number | undefined {
    const value = this.value(name);
    return typeof value === "number" ? value : undefined;
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : String(value);
  }

  age(name: string): number | undefined {
    return this.facts.value.get(name)?.age_s;
  }

  /** The rows of a list ("lan.hosts"), each with its columns, by the numbers that the device gave them. */
  rows(list: string): Array<Record<string, Value> & { n: string }> {
    const found = new Map<string, Record<string, Value> & { n: string }>();
    for (const [name, fact] of this.facts.value) {
      if (!name.startsWith(list + ".")) continue;
      const [n, column] = name.slice(list.length + 1).split(".");
      if (!n || !column || !/^\d+$/.test(n)) continue;
      found.set(n, Object.assign(found.get(n) ?? { n }, { [column]: fact.value }));
    }
    return [...found.values()].sort((a, b) => Number(a.n) - Number(b.n));
  }

  readonly bands = computed(() => ["2g", "5g", "6g"].filter((band) => [...this.facts.value.keys()].some((name) => name.startsWith(`wifi.${band}.`))));
}

const homes = new Map<string, Home>();

/** One and the same for all who ask: going back to a tab shows it at once. */
export function homeOf(id: string): Home {
  const home = homes.get(id) ?? new Home(id);
  homes.set(id, home);
  return home;
}
