// Who did what, to whom, and whether it was let through; who saw whose data; and whether the trail is as it was written.
import { useSignal } from "@preact/signals";
import { query, type AuditRow, type AuditSeen, type User } from "../../api";
import { number, when } from "../../format";
import { t } from "../../i18n";
import { audit } from "../../i18n/audit";
import { go, search } from "../../router";
import { can, me } from "../../state/session";
import { Button, Empty, Pill, Rows, type Tone } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Choice, Field, Segments } from "../../parts/fields";
import { useLoad } from "../../parts/useLoad";
import { AuditExport, Verify } from "./AuditTools";
import { Loaded, sinceDays, TableOf } from "./common";
import { useList } from "./useList";

const HOME = "/administracao/auditoria";
const TONES: Record<AuditRow["decision"], Tone> = { allowed: "ok", denied: "bad", failed: "warn" };

// ---- what is asked for is in the address, so that it can be sent to somebody

const FIELDS = ["ver", "quem", "sobre", "decisao", "dias"] as const;
type Asked = Record<(typeof FIELDS)[number], string>;
const STANDARD: Asked = { ver: "rows", quem: "", sobre: "", decisao: "all", dias: "1" };

const asked = () => Object.fromEntries(FIELDS.map((name) => [name, search.value.get(name) || STANDARD[name]])) as Asked;

export function addressOfAudit(values: Partial<Asked>): string {
  const given = { ...asked(), ...values };
  return HOME + query(Object.fromEntries(FIELDS.map((name) => [name, given[name] === STANDARD[name] ? null : given[name]])));
}

const KINDS: Record<string, string> = { dev: "device", sub: "subscriber", cas: "case" };
const kindOf = (id: string) => KINDS[id.trim().slice(0, 3)];

function filterOf(values: Asked) {
  const kind = kindOf(values.sobre);
  return {
    actor: values.quem || (can("audit.read") ? null : (me.value?.id ?? null)),
    ...(kind ? { [kind]: values.sobre.trim() } : {}),
    decision: values.decisao === "all" ? null : values.decisao,
    from: values.dias === "all" ? null : sinceDays(values.dias),
  };
}

// ---- a row

export const deedOf = (action: string) => audit().operations[action] ?? action;

/** What was ordered goes by its name. */
function deedOfRow(row: AuditRow): string {
  const type = row.action === "action_create" ? (row.after as { type?: unknown } | null)?.type : undefined;
  const name = typeof type === "string" ? (t().actions.names as Record<string, string>)[type] : undefined;
  return deedOf(row.action) + (name ? ": " + name : "");
}

function Whom({ row }: { row: Pick<AuditRow, "devices" | "subscribers" | "case"> }) {
  const words = audit();
  const links: Array<[string, string]> = [
    ...row.subscribers.map((id): [string, string] => ["/cliente/" + id, words.subscriber]),
    ...row.devices.map((id): [string, string] => ["/aparelho/" + id, words.device]),
    ...(row.case ? [["/atendimento/" + row.case, words.caseOf] as [string, string]] : []),
  ];
  if (links.length === 0) return <span class="muted">—</span>;
  return (
    <>
      {links.slice(0, 2).map(([href, label]) => (
        <div key={href}>
          <a href={href} title={href.split("/")[2]}>
            {label}
          </a>
        </div>
      ))}
      {links.length > 2 && <span class="muted small">+{number(links.length - 2, 0)}</span>}
    </>
  );
}

const who = (row: AuditRow) => (row.actor_kind === "nobody" ? audit().nobody : row.actor_name);

function Json({ label, value }: { label: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <>
      <h3>{label}</h3>
      <pre class="json" tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </>
  );
}

function Details({ row, onClose }: { row: AuditRow; onClose: () => void }) {
  const words = audit();
  return (
    <Dialog title={words.details(number(row.seq, 0))} subtitle={`${who(row)} ${deedOfRow(row)}`} onClose={onClose} wide>
      <Rows
        rows={[
          [words.at, new Date(row.at).toLocaleString()],
          [words.who, row.actor_kind === "token" ? `${row.actor_name} (${words.token})` : who(row)],
          [words.from, <code>{row.source}</code>],
          [words.what, <code>{row.action}</code>],
          row.reason !== null && [words.reason, row.reason],
          row.object !== null && [words.object, <code>{row.object}</code>],
          row.query !== null && [words.query, <code>{row.query}</code>],
          [words.request, <code>{row.request}</code>],
          [words.hash, <code class="wrap">{row.h}</code>],
        ]}
      />
      <Json label={words.before} value={row.before} />
      <Json label={words.after} value={row.after} />
      <p class="muted small">{words.secret}</p>
      {row.actor && can("audit.read") && (
        <p>
          <a class="button quiet" href={addressOfAudit({ quem: row.actor, sobre: "", decisao: "all" })} onClick={onClose}>
            {words.allOf}
          </a>
        </p>
      )}
    </Dialog>
  );
}

function List({ values }: { values: Asked }) {
  const words = audit();
  const shown = useSignal<AuditRow | null>(null);
  const list = useList<AuditRow>("/audit" + query({ limit: 50, ...filterOf(values) }));
  return (
    <>
      <Loaded data={list.rows} problem={list.problem} again={() => void list.again()}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="search" text={words.none} hint={words.noneHint} />
          ) : (
            <TableOf label={words.title} head={[words.at, words.who, words.what, words.whom, words.result, words.from]}>
              {rows.map((row) => (
                <tr key={row.seq}>
                  <td class="nowrap">
                    <button type="button" class="link-button" onClick={() => (shown.value = row)}>
                      {when(row.at)}
                    </button>
                  </td>
                  <td>{who(row)}</td>
                  <td title={row.action}>{deedOfRow(row)}</td>
                  <td>
                    <Whom row={row} />
                  </td>
                  <td>
                    <Pill tone={TONES[row.decision]}>{words.decisions[row.decision]}</Pill>
                  </td>
                  <td class="mono small">{row.source}</td>
                </tr>
              ))}
            </TableOf>
          )
        }
      </Loaded>
      {list.next && <Button label={words.more} busy={list.busy} onPress={() => void list.more()} />}
      {shown.value && <Details row={shown.value} onClose={() => (shown.value = null)} />}
    </>
  );
}

// ---- who saw whose data

function Seen({ values }: { values: Asked }) {
  const words = audit();
  const { actor, device, subscriber } = filterOf(values) as Record<string, string | null>;
  const asksSomething = actor || device || subscriber;
  return (
    <>
      <p class="muted">{words.seenHint}</p>
      {asksSomething ? <SeenList values={values} /> : <Empty icon="eye" text={words.seenAsk} />}
    </>
  );
}

function SeenList({ values }: { values: Asked }) {
  const words = audit();
  const { actor, device, subscriber, from } = filterOf(values) as Record<string, string | null>;
  const whose = device || subscriber;
  const list = useList<AuditSeen>("/audit/seen" + query({ limit: 100, ...(whose ? { device, subscriber } : { actor }), from: from ?? new Date(0).toISOString() }));
  const link = (id: string) => (id.startsWith("dev_") ? "/aparelho/" : "/cliente/") + id;
  return (
    <>
      <Loaded data={list.rows} problem={list.problem} again={() => void list.again()}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="eye" text={words.seenNone} />
          ) : (
            <TableOf label={words.views.seen} head={[whose ? words.seenBy : words.seenWhose, words.first, words.last, { right: words.times }, words.what]}>
              {rows.map((row) => (
                <tr key={row.whose}>
                  <td>{row.actor_name ?? <a href={link(row.whose)}>{`${row.whose.startsWith("dev_") ? words.device : words.subscriber} ${row.whose}`}</a>}</td>
                  <td>{when(row.first_at)}</td>
                  <td>{when(row.last_at)}</td>
                  <td class="right">{number(row.rows, 0)}</td>
                  <td>{row.actions.map(deedOf).join(", ")}</td>
                </tr>
              ))}
            </TableOf>
          )
        }
      </Loaded>
      {list.next && <Button label={words.more} busy={list.busy} onPress={() => void list.more()} />}
    </>
  );
}

// ---- the page

function Filters({ values, people }: { values: Asked; people: User[] }) {
  const words = audit();
  const about = useSignal(values.sobre);
  const quem = useSignal(values.quem);
  const wrong = about.value.trim() !== "" && !kindOf(about.value);
  const apply = (event: Event) => {
    event.preventDefault();
    if (!wrong) go(addressOfAudit({ sobre: about.value.trim(), quem: quem.value }));
  };
  const names = { "": words.anybody, ...Object.fromEntries(people.map((one) => [one.id, one.name])) };
  return (
    <form class="filter-row" onSubmit={apply} role="search" aria-label={words.title}>
      {people.length > 0 && <Choice label={words.person} value={quem} choices={names} />}
      <Field label={words.about} value={about} error={wrong ? words.aboutWrong : undefined} mono maxLength={32} />
      <button class="button primary" type="submit">
        {words.filter}
      </button>
      <a class="button quiet" href={HOME}>
        {words.clear}
      </a>
    </form>
  );
}

/** One of a few, kept in the address. */
function Chosen({ name, label, values, choices }: { name: keyof Asked; label: string; values: Asked; choices: Record<string, string> }) {
  const inAddress = {
    get value() {
      return values[name];
    },
    set value(to: string) {
      go(addressOfAudit({ [name]: to }));
    },
  };
  return <Segments label={label} value={inAddress} choices={choices} />;
}

export function Audit() {
  const words = audit();
  const values = asked();
  const all = can("audit.read");
  const people = useLoad<{ data: User[] }>(all && can("users.manage") ? "/users" + query({ limit: 200 }) : null);
  return (
    <>
      <div class="page-head">
        <h1>{all ? words.title : words.mineTitle}</h1>
        <Chosen name="ver" label={words.view} values={values} choices={words.views} />
        <span class="spring" />
        {all && <Verify />}
        {all && <AuditExport filter={filterOf(values)} />}
      </div>
      <Filters key={values.sobre + values.quem} values={values} people={people.data?.data ?? []} />
      <div class="chips">
        <Chosen name="dias" label={words.period} values={values} choices={words.periods} />
        {values.ver === "rows" && <Chosen name="decisao" label={words.decision} values={values} choices={words.decisions} />}
      </div>
      {values.ver === "seen" ? <Seen values={values} /> : <List values={values} />}
    </>
  );
}
