// One import: what it would do or has done, what was made of its columns, and which of its lines are wrong.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, post, query, type Import, type ImportErrorList } from "../../api";
import { bytes, number, when } from "../../format";
import { a } from "../../i18n/admin";
import { tell } from "../../state/toasts";
import { Button, Card, ProblemNote, Rows } from "../../parts/basic";
import { saveCsv } from "../../parts/csv";
import { useLoad } from "../../parts/useLoad";
import { useTask } from "../../parts/useTask";
import { Loaded, TableOf } from "./common";
import { inHand, Sending, StatePill, useUpload } from "./importing";
import { useList } from "./useList";

type ImportError = ImportErrorList["data"][number];

const POLL_MS = 1000;
const isOpen = (run: Import) => run.state === "waiting" || run.state === "running";

// ---- what it does

function Deeds({ run, again }: { run: Import; again: () => void }) {
  const words = a().imports;
  const task = useTask();
  const act = (verb: "start" | "cancel", said: string) =>
    void task.run(() => post(`/imports/${run.id}/${verb}`, undefined, { once: true })).then((done) => done && (tell("ok", said), again()));
  const nothing = run.counts.new + run.counts.changed === 0 ? words.nothingToDo : null;
  return (
    <>
      <ProblemNote problem={task.problem} />
      <div class="row-tools">
        {run.state === "simulated" && (
          <Button label={words.start(number(run.counts.new + run.counts.changed, 0))} kind="primary" reason={nothing} busy={task.busy} onPress={() => act("start", words.started)} />
        )}
        {(isOpen(run) || run.state === "simulated") && (
          <Button label={run.state === "simulated" ? words.discard : words.stop} kind="quiet" busy={task.busy} onPress={() => act("cancel", words.cancelled)} />
        )}
      </div>
    </>
  );
}

function Counts({ run }: { run: Import }) {
  const words = a().imports;
  const shown: Array<[string, number, string]> = [
    [words.new, run.counts.new, ""],
    [words.changed, run.counts.changed, ""],
    [words.same, run.counts.same, ""],
    [words.errors, run.counts.errors, run.counts.errors ? "bad-number" : ""],
  ];
  return (
    <dl class="figures">
      {shown.map(([label, count, kind]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd class={kind}>{number(count, 0)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The first line of a CSV is of names. */
const recordsOf = (run: Import) => Math.max(0, run.lines - (run.format === "csv" ? 1 : 0));

function Head({ run, again }: { run: Import; again: () => void }) {
  const words = a().imports;
  return (
    <Card title={run.name ?? words.nameless} tools={<StatePill run={run} />}>
      <p>{words.says[run.state](number(recordsOf(run), 0))}</p>
      {run.why && <p class="tone-bad-text">{run.why}</p>}
      <Counts run={run} />
      <Deeds run={run} again={again} />
      <Rows
        rows={[
          [words.key, words.keys[run.key as keyof typeof words.keys] ?? run.key],
          [words.mode, words.modes[run.mode as keyof typeof words.modes] ?? run.mode],
          [words.size, bytes(run.bytes)],
          [words.sentBy, `${run.created_by} · ${when(run.created_at)}`],
          run.ended_at !== null && [words.ended, when(run.ended_at)],
        ]}
      />
    </Card>
  );
}

// ---- its columns

const NOT_TAKEN = "-";

/** What differs from what the server made of them, as the API takes it; a header with , or = in it cannot be said. */
function saidOf(chosen: Record<string, string>): string {
  return Object.entries(chosen)
    .filter(([header]) => !/[,=]/.test(header))
    .map(([header, member]) => header + "=" + member)
    .join(",");
}

function ColumnRow({ header, member, onChange }: { header: string; member: string; onChange: ((member: string) => void) | null }) {
  const words = a().imports;
  const members: Record<string, string> = words.members;
  return (
    <tr>
      <th scope="row">{header}</th>
      <td>
        {onChange ? (
          <select class="column-choice" value={member} aria-label={words.columnIs(header)} onChange={(event) => onChange(event.currentTarget.value)}>
            <option value={NOT_TAKEN}>{words.notTaken}</option>
            {Object.entries(members).map(([name, label]) => (
              <option key={name} value={name} selected={name === member}>
                {label}
              </option>
            ))}
          </select>
        ) : member === NOT_TAKEN ? (
          <span class="muted">{words.notTaken}</span>
        ) : (
          (members[member] ?? member)
        )}
      </td>
    </tr>
  );
}

function Columns({ run }: { run: Import }) {
  const words = a().imports;
  const chosen = useSignal<Record<string, string>>({});
  const { part, problem, send } = useUpload();
  const mayChange = run.state === "simulated" || run.state === "failed";
  const held = inHand.value?.id === run.id && mayChange ? inHand.value : null;
  const choose = (header: string, member: string) => (chosen.value = { ...chosen.value, [header]: member });
  return (
    <Card title={words.columns}>
      <ProblemNote problem={problem} />
      <div class="scroll" tabIndex={0} role="region" aria-label={words.columnsList}>
        <table>
          <tbody>
            {run.columns!.map(({ header, member }, i) => (
              <ColumnRow key={i} header={header} member={chosen.value[header] ?? member ?? NOT_TAKEN} onChange={held && ((to) => choose(header, to))} />
            ))}
          </tbody>
        </table>
      </div>
      {part !== null && <Sending part={part} />}
      {held && Object.keys(chosen.value).length > 0 && part === null && (
        <Button label={words.simulateAgain} onPress={() => void send(held.file, held.key, held.mode, saidOf(chosen.value))} />
      )}
    </Card>
  );
}

// ---- what is wrong with its lines

/** "/contract/down_mbps" is a column in words, if it has some. */
function placeOf(pointer: string | null): string {
  const member = pointer?.slice(1).replaceAll("/", ".").replace(/\.\d+$/, "") ?? "";
  return a().imports.members[member as keyof ReturnType<typeof a>["imports"]["members"]] ?? (member || "—");
}

const cells = (error: ImportError) => [String(error.line), placeOf(error.pointer), error.message, error.input ?? ""];

/** All that are kept, page by page: ten thousand at most. */
async function allErrors(id: string): Promise<ImportError[]> {
  const found: ImportError[] = [];
  let after: string | null = null;
  do {
    const page: ImportErrorList = await get<ImportErrorList>(`/imports/${id}/errors` + query({ limit: 200, after }));
    found.push(...page.data);
    after = page.next;
  } while (after);
  return found;
}

function Errors({ run }: { run: Import }) {
  const words = a().imports;
  const list = useList<ImportError>(`/imports/${run.id}/errors` + query({ limit: 50 }));
  const task = useTask();
  const head = [words.line, words.field, words.wrong, words.cell];
  const save = () => void task.run(async () => saveCsv((run.name ?? run.id) + ".erros", head, (await allErrors(run.id)).map(cells)));
  return (
    <Card title={words.errorsTitle} tools={
        <>
          <span class="spring" />
          <Button label={words.download} icon="table" kind="quiet" busy={task.busy} onPress={save} />
        </>
      }>
      <ProblemNote problem={task.problem} />
      <Loaded data={list.rows} problem={list.problem} again={() => void list.again()}>
        {(rows) => (
          <TableOf label={words.errorsList} head={head}>
            {rows.map((error, i) => (
              <tr key={i}>
                <td>{number(error.line, 0)}</td>
                <td>{placeOf(error.pointer)}</td>
                <td>{error.message}</td>
                <td class="mono small">{error.input ?? "—"}</td>
              </tr>
            ))}
          </TableOf>
        )}
      </Loaded>
      {list.next && <Button label={a().common.more} busy={list.busy} onPress={() => void list.more()} />}
    </Card>
  );
}

export function ImportDetail({ id }: { id: string }) {
  const open = useSignal(true);
  const { data, problem, again } = useLoad<Import>("/imports/" + encodeURIComponent(id), open.value ? POLL_MS : undefined);
  useEffect(() => {
    if (data) open.value = isOpen(data);
  }, [data]);
  return (
    <Loaded data={data} problem={problem} again={again}>
      {(shown) => (
        <>
          <Head run={shown} again={() => ((open.value = true), again())} />
          {!isOpen(shown) && shown.counts.errors > 0 && <Errors key={shown.state} run={shown} />}
          {shown.columns && <Columns run={shown} />}
        </>
      )}
    </Loaded>
  );
}
