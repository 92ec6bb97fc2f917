// The numbers of a plan, as provisioning/campaign/limit.def has them, in the units of people: minutes, megabits.

export interface Limit {
  key: LimitKey;
  otherwise: number; // in the unit of the plan
  per?: number; // so much of it is one of what is written
  exact?: true; // not only whole ones
}

const MINUTE = 60;
const MEGABIT = 125000;

const rows = {
  "caps.in_flight": { otherwise: 0 },
  "caps.per_pon": { otherwise: 4 },
  "caps.per_olt": { otherwise: 0 },
  "caps.per_model": { otherwise: 0 },
  "caps.bytes_per_s": { otherwise: 0, per: MEGABIT },
  "ramp.per_minute": { otherwise: 50 },
  "ramp.factor": { otherwise: 2, exact: true },
  "ramp.every": { otherwise: 1000 },
  "ramp.most_per_minute": { otherwise: 1000 },
  "health.return_s": { otherwise: 1200, per: MINUTE },
  "health.settle_s": { otherwise: 300, per: MINUTE },
  "health.proof_s": { otherwise: 7200, per: MINUTE },
  "health.boots": { otherwise: 3 },
  "health.wan": { otherwise: 1 },
  "health.silent_s": { otherwise: 3600, per: MINUTE },
  "retry.times": { otherwise: 1 },
  "retry.after_s": { otherwise: 1800, per: MINUTE },
  "stop.least": { otherwise: 20 },
  "stop.consecutive": { otherwise: 5 },
  "stop.count": { otherwise: 0 },
  "stop.bad_percent": { otherwise: 2, exact: true },
  "stop.missing_percent": { otherwise: 2, exact: true },
  "stop.loop_percent": { otherwise: 1, exact: true },
  "stop.version_percent": { otherwise: 1, exact: true },
  "stop.sliding": { otherwise: 0 },
  "stop.sliding_of": { otherwise: 1000 },
  "stop.informs_percent": { otherwise: 20, exact: true },
  "stop.contacts_times": { otherwise: 2, exact: true },
  "go.healthy_percent": { otherwise: 95, exact: true },
  "go.returned_percent": { otherwise: 97, exact: true },
} satisfies Record<string, Omit<Limit, "key">>;

export type LimitKey = keyof typeof rows;

export const LIMITS = Object.fromEntries(Object.entries(rows).map(([key, row]) => [key, { key, ...row }])) as Record<LimitKey, Limit>;
export const LIMIT_KEYS = Object.keys(rows) as LimitKey[];

/** What nearly everybody looks at; the others are folded away. */
export const PACE: LimitKey[] = ["caps.in_flight", "caps.per_pon", "caps.bytes_per_s", "ramp.per_minute"];
export const STOPS: LimitKey[] = ["stop.consecutive", "stop.bad_percent", "stop.missing_percent", "stop.contacts_times"];
export const FOLDED = LIMIT_KEYS.filter((key) => !PACE.includes(key) && !STOPS.includes(key));
