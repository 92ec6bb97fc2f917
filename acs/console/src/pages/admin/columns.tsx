// The columns of the fleet: what each asks of the server, by what it sorts, and how it looks. Which are shown is the person's choice.
import { signal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { patch, type Device } from "../../api";
import { ago, duration, withUnit } from "../../format";
import { t } from "../../i18n";
import { a } from "../../i18n/admin";
import { isUser, me } from "../../state/session";
import { addressOf } from "../../state/tabs";
import { Pill } from "../../parts/basic";

interface Column {
  fields: Array<keyof Device>;
  sort?: string;
  cell: (device: Device) => ComponentChild;
  kind?: string;
}

const none = <span class="muted">—</span>;

function State({ device }: { device: Device }) {
  if (device.online) return <Pill tone="ok">{t().status.onlineShort}</Pill>;
  return device.last_contact ? <Pill tone="bad">{t().status.offlineShort}</Pill> : <Pill tone="unknown">{a().fleet.never}</Pill>;
}

export const COLUMNS = {
  state: { fields: ["online", "last_contact"], cell: (device) => <State device={device} /> },
  customer: {
    fields: ["subscriber"],
    cell: ({ subscriber }) => (subscriber ? <a href={"/cliente/" + subscriber.id}>{subscriber.name}</a> : <span class="muted">{a().fleet.nobody}</span>),
  },
  serial: {
    fields: ["serial"],
    sort: "serial",
    cell: ({ id, serial }) => (
      <a class="mono" href={addressOf(id)}>
        {serial}
      </a>
    ),
  },
  model: { fields: ["product_class"], sort: "model", cell: ({ product_class }) => product_class },
  firmware: { fields: ["software_version"], sort: "software_version", kind: "mono", cell: ({ software_version }) => software_version ?? none },
  optical: {
    fields: ["optical_rx_dbm"],
    kind: "right",
    cell: ({ optical_rx_dbm: dbm }) => (dbm === null || dbm === undefined ? none : withUnit(dbm, "dBm")),
  },
  contact: { fields: ["last_contact"], sort: "last_contact", cell: ({ last_contact }) => (last_contact ? ago(last_contact) : none) },
  city: { fields: ["place"], sort: "city", cell: ({ place }) => place?.city ?? none },
  place: { fields: ["place"], cell: ({ place }) => place?.cto ?? none },
  pon: { fields: ["place"], cell: ({ place }) => place?.pon ?? none },
  olt: { fields: ["place"], cell: ({ place }) => place?.olt ?? none },
  address: { fields: ["source_address"], kind: "mono", cell: ({ source_address }) => source_address ?? none },
  uptime: { fields: ["uptime_s"], cell: ({ uptime_s }) => (uptime_s === null ? none : duration(uptime_s)) },
  actions: { fields: ["open_actions"], kind: "right", cell: ({ open_actions }) => String(open_actions) },
  trust: { fields: ["enrolment"], cell: ({ enrolment }) => (enrolment ? a().fleet.trust[enrolment] : none) },
  first: { fields: ["first_contact"], sort: "id", cell: ({ first_contact }) => (first_contact ? ago(first_contact) : none) },
} satisfies Record<string, Column>;

export type ColumnName = keyof typeof COLUMNS;
export const columnOf = (name: ColumnName): Column => COLUMNS[name];

const STANDARD: ColumnName[] = ["state", "customer", "serial", "model", "firmware", "optical", "contact", "city"];
const KEPT = "fleet_columns";

// What an older console, or another hand, has left there is no reason to show nothing.
function readable(kept: unknown): ColumnName[] | null {
  const names = Array.isArray(kept) ? kept.filter((name): name is ColumnName => typeof name === "string" && name in COLUMNS) : [];
  return names.length ? names : null;
}

const preference = () => (me.value as { preferences?: Record<string, unknown> } | null | undefined)?.preferences?.[KEPT];

const chosen = signal<ColumnName[] | null>(null);

export const shownColumns = (): ColumnName[] => chosen.value ?? readable(preference()) ?? STANDARD;

/** In the order of the table, whatever the order of choosing. */
export function showColumns(names: ColumnName[] | null): void {
  const all = Object.keys(COLUMNS) as ColumnName[];
  chosen.value = names === null ? STANDARD : all.filter((name) => names.includes(name));
  if (!isUser.value) return;
  const kept = { [KEPT]: chosen.value };
  me.value = { ...me.value!, preferences: { ...me.value!.preferences, ...kept } };
  void patch("/me", { preferences: kept }).catch(() => undefined);
}

export const fieldsOf = (names: ColumnName[], mayNames: boolean): string =>
  [...new Set<string>(["id", ...names.flatMap((name) => columnOf(name).fields)])].filter((field) => mayNames || field !== "subscriber").join(",");
