// Customers from a file: what it would do is counted first, and only then done; a line that is wrong stops no other.
import { useSignal } from "@preact/signals";
import { query, type Import } from "../../api";
import { ago, number, when } from "../../format";
import { a } from "../../i18n/admin";
import { search } from "../../router";
import { Button, Empty } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Icon } from "../../parts/Icon";
import { Choice } from "../../parts/fields";
import { DropZone } from "./DropZone";
import { Loaded, TableOf } from "./common";
import { ImportDetail } from "./ImportDetail";
import { addressOfImport, Sending, StatePill, useUpload } from "./importing";
import { useList } from "./useList";

const ACCEPTED = ".csv,.txt,.ndjson,.jsonl,.json,text/csv";

function Prepare({ file, onClose }: { file: File; onClose: () => void }) {
  const words = a().imports;
  const key = useSignal("external_id");
  const mode = useSignal("upsert");
  const { part, problem, send } = useUpload();
  const begin = () => void send(file, key.value, mode.value).then((done) => done && onClose());
  return (
    <Dialog title={words.prepare(file.name)} onClose={onClose} problem={problem} confirm={{ label: words.simulate, onConfirm: begin, busy: part !== null }}>
      <p>{words.simulateHint}</p>
      <Choice label={words.key} value={key} choices={words.keys} />
      <Choice label={words.mode} value={mode} choices={words.modes} />
      {part !== null && <Sending part={part} />}
    </Dialog>
  );
}

function Row({ run }: { run: Import }) {
  const counts = [run.counts.new, run.counts.changed, run.counts.same];
  return (
    <tr>
      <td>
        <a href={addressOfImport(run.id)}>{run.name ?? a().imports.nameless}</a>
        <div class="muted small">
          {run.created_by} · {when(run.created_at)}
        </div>
      </td>
      <td>
        <StatePill run={run} />
      </td>
      {counts.map((count, i) => (
        <td key={i} class="right">
          {number(count, 0)}
        </td>
      ))}
      <td class={"right" + (run.counts.errors ? " bad-number" : "")}>{number(run.counts.errors, 0)}</td>
      <td>{run.ended_at ? ago(run.ended_at) : <span class="muted">—</span>}</td>
    </tr>
  );
}

function List() {
  const words = a().imports;
  const list = useList<Import>("/imports" + query({ limit: 20 }));
  return (
    <>
      <Loaded data={list.rows} problem={list.problem} again={() => void list.again()}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="table" text={words.none} hint={words.noneHint} />
          ) : (
            <TableOf label={words.title} head={[words.file, words.state, { right: words.new }, { right: words.changed }, { right: words.same }, { right: words.errors }, words.ended]}>
              {rows.map((run) => (
                <Row key={run.id} run={run} />
              ))}
            </TableOf>
          )
        }
      </Loaded>
      {list.next && <Button label={a().common.more} busy={list.busy} onPress={() => void list.more()} />}
    </>
  );
}

export function Imports() {
  const words = a().imports;
  const file = useSignal<File | null>(null);
  const shown = search.value.get("de");
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <span class="spring" />
        {shown && (
          <a class="button quiet" href={addressOfImport(null)}>
            <Icon name="back" /> {words.all}
          </a>
        )}
      </div>
      {shown ? <ImportDetail key={shown} id={shown} /> : <DropZone icon="table" text={words.choose} hint={words.chooseHint} accept={ACCEPTED} onFile={(chosen) => (file.value = chosen)} />}
      {!shown && <List />}
      {file.value && <Prepare file={file.value} onClose={() => (file.value = null)} />}
    </>
  );
}
