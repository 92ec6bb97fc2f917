// What a campaign is, as its pages read it: the plan, what its waves come to, and its words.
import type { Campaign, CampaignWave } from "../../api";
import { number } from "../../format";
import { both, wordFor } from "../../i18n";
import { campaigns } from "../../i18n/campaigns";
import type { Tone } from "../../parts/basic";

export type State = Campaign["state"];
export type Day = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

export interface Wave {
  devices?: number;
  percent?: number;
  rest?: true;
  soak_s: number;
  promote: "rule" | "person";
}

export interface Window {
  days: Day[];
  from: string;
  to: string;
}

/** As the server gives it back: all of it, what was left out too (provisioning/campaign/plan.h). */
export interface Plan {
  waves: Wave[];
  zone: string;
  windows: Window[];
  caps: Record<string, number>;
  ramp: Record<string, number>;
  health: Record<string, number>;
  retry: Record<string, number>;
  stop: Record<string, number>;
  go: Record<string, number>;
}

export interface ModelCount {
  model: string | null;
  software_version: string | null;
  devices: number;
}

/** What the simulation has found. */
export interface Summary {
  excluded: Record<string, number>;
  models: ModelCount[];
}

export const summaryOf = (campaign: Campaign) => campaign.summary as unknown as Summary | null;

export const planOf = (campaign: Pick<Campaign, "plan">) => campaign.plan as unknown as Plan;

export const TONES: Record<State, Tone> = {
  draft: "unknown",
  listing: "busy",
  listed: "info",
  running: "busy",
  held: "warn",
  paused: "warn",
  halted: "bad",
  finished: "ok",
  cancelled: "unknown",
};

/** In the order in which they are drawn; those that fell silent later are counted among the healthy ones. */
export const KINDS = ["healthy", "in_flight", "failed", "looping", "lying", "missing"] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_TONES: Record<Kind | "silent", Tone> = { healthy: "ok", in_flight: "busy", failed: "bad", looping: "bad", lying: "bad", missing: "warn", silent: "warn" };

export const sentOf = (wave: CampaignWave) => KINDS.reduce((sum, kind) => sum + wave[kind], 0);

export const wavesOf = (campaign: Campaign): CampaignWave[] => campaign.waves ?? [];

export function totalsOf(campaign: Campaign): Record<Kind | "silent" | "sent", number> {
  const sum = (pick: (wave: CampaignWave) => number) => wavesOf(campaign).reduce((total, wave) => total + pick(wave), 0);
  const each = Object.fromEntries([...KINDS, "silent" as const].map((kind) => [kind, sum((wave) => wave[kind])]));
  return { ...(each as Record<Kind | "silent", number>), sent: sum(sentOf) };
}

/** Yet to be sent to: of its waves, which may leave some of the list alone. */
export const leftOf = (campaign: Campaign) => wavesOf(campaign).reduce((left, wave) => left + wave.size - sentOf(wave), 0);

/** Before its first wave: what there is to see is whom it would reach. */
export const isAhead = (campaign: Campaign) => ["draft", "listing", "listed"].includes(campaign.state) || (campaign.state === "cancelled" && campaign.started_at === null);
export const isOver = (campaign: Campaign) => ["finished", "cancelled"].includes(campaign.state) && campaign.in_flight === 0;

export const causeName = (cause: string) => wordFor(campaigns().causeNames, cause);

/** "sucesso, falha" */
export const afterStates = (states: string[]) => states.map((state) => wordFor(campaigns().targets, state)).join(", ");

export const versionOf = (campaign: Campaign) => String(campaign.params.target_version ?? campaign.params.version ?? campaign.params.name ?? "");

export function sentenceOf(campaign: Campaign): string {
  const words = campaigns();
  const many = words.devices(campaign.total, number(campaign.total, 0));
  const say = Object.hasOwn(words.sentence, campaign.type) ? words.sentence[campaign.type as keyof typeof words.sentence] : null;
  return say ? say(many, versionOf(campaign)) : words.sentenceOther(campaign.type, many);
}

/** Beginning and end of what stands for a list of any length. */
export const shortHash = (hash: string) => hash.slice(0, 12);

/** Who or what halted it: a rule with what it says, or a person with a reason. */
export interface Stopped {
  rule?: string;
  say?: { "pt-BR": string; en: string };
  by?: string;
  reason?: string;
}

export function stoppedInWords(campaign: Campaign): string | null {
  if (campaign.state !== "halted" || campaign.stopped === null) return null;
  const { say, by, reason } = campaign.stopped as Stopped;
  return say ? both(say) : [by, reason && `“${reason}”`].filter(Boolean).join(": ");
}
