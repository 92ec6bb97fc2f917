// What is done with the audit trail as a whole: is it as it was written, and a copy of it.
import { useSignal } from "@preact/signals";
import { get, query, type AuditReport } from "../../api";
import { number, when } from "../../format";
import { audit } from "../../i18n/audit";
import { Button, ProblemNote } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Icon } from "../../parts/Icon";
import { useTask } from "../../parts/useTask";

interface Sum {
  rows: number;
  withoutKey: number;
  last: AuditReport;
}

/** In pieces, so that millions of rows have progress and no request is long. */
async function verifyAll(progress: (rows: number) => void, isWanted: () => boolean): Promise<Sum | null> {
  const sum: Sum = { rows: 0, withoutKey: 0, last: null as unknown as AuditReport };
  let after: number | null = 0;
  while (after !== null) {
    if (!isWanted()) return null;
    const report: AuditReport = await get<AuditReport>("/audit/verify" + query({ after: after || null }));
    sum.rows += report.rows;
    sum.withoutKey += report.without_key;
    sum.last = { ...report, checkpoint: report.checkpoint ?? sum.last?.checkpoint ?? null };
    progress(sum.rows);
    after = report.finding ? null : report.next;
  }
  return sum;
}

function Outcome({ sum }: { sum: Sum }) {
  const words = audit();
  const { finding, checkpoint } = sum.last;
  return (
    <div class={"note tone-" + (finding ? "bad" : "ok")} role={finding ? "alert" : "status"}>
      <Icon name={finding ? "alert" : "check"} />
      <div>
        <p>{finding ? words.wrong[finding.wrong](number(finding.seq, 0)) : words.inOrder(number(sum.rows, 0))}</p>
        {finding && <p>{words.wrongHint}</p>}
        <p class="small">{checkpoint ? words.signed(number(checkpoint.seq, 0), when(checkpoint.at)) : words.notSigned}</p>
        {sum.withoutKey > 0 && <p class="small">{words.withoutKey(number(sum.withoutKey, 0))}</p>}
      </div>
    </div>
  );
}

export function Verify() {
  const words = audit();
  const open = useSignal(false);
  const rows = useSignal(0);
  const sum = useSignal<Sum | null>(null);
  const task = useTask();
  const begin = () => {
    open.value = true;
    sum.value = null;
    rows.value = 0;
    void task.run(async () => (sum.value = await verifyAll((count) => (rows.value = count), () => open.value)));
  };
  return (
    <>
      <Button label={words.verify} icon="check" onPress={begin} />
      {open.value && (
        <Dialog title={words.verify} onClose={() => (open.value = false)}>
          <ProblemNote problem={task.problem} onRetry={begin} />
          {task.busy && <p role="status">{words.verifying(number(rows.value, 0))}</p>}
          {sum.value && <Outcome sum={sum.value} />}
        </Dialog>
      )}
    </>
  );
}

export function AuditExport({ filter }: { filter: Record<string, string | null> }) {
  const words = audit();
  const open = useSignal(false);
  const href = (format: string) => "/api/v1/audit/export" + query({ ...filter, format, limit: 20000 });
  const close = () => (open.value = false);
  return (
    <>
      <Button label={words.export} icon="table" onPress={() => (open.value = true)} />
      {open.value && (
        <Dialog title={words.export} onClose={close}>
          <p>{words.exportHint}</p>
          <p class="row-tools">
            <a class="button primary" href={href("csv")} download data-first onClick={() => setTimeout(close)}>
              {words.exportCsv}
            </a>
            <a class="button" href={href("ndjson")} download onClick={() => setTimeout(close)}>
              {words.exportNdjson}
            </a>
          </p>
        </Dialog>
      )}
    </>
  );
}
