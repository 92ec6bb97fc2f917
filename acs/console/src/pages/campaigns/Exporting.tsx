// The devices of a campaign as a file: made by the server beside everything else, however many they are; how far it is, and then the file.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, post, Problem, type Export, type ExportRequest } from "../../api";
import { bytes, number } from "../../format";
import { campaigns } from "../../i18n/campaigns";
import { can } from "../../state/session";
import { Button, ProblemNote } from "../../parts/basic";
import { Icon } from "../../parts/Icon";
import { useTask } from "../../parts/useTask";

const LOOK_MS = 1000;

const isMade = (one: Export) => one.state === "queued" || one.state === "running";

/** What the server says of it, until it is done. An answer that does not come is asked for again. */
function useExport() {
  const made = useSignal<Export | null>(null);
  const problem = useSignal<Problem | null>(null);
  const id = made.value !== null && isMade(made.value) ? made.value.id : null;
  useEffect(() => {
    if (id === null) return;
    const look = () =>
      void get<Export>("/exports/" + id).then(
        (now) => (made.value?.id === id && (made.value = now), (problem.value = null)),
        (error) => error instanceof Problem && (problem.value = error),
      );
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [id]);
  return { made, problem };
}

function Made({ one }: { one: Export }) {
  const words = campaigns().exporting;
  if (one.state === "failed")
    return (
      <p class="note tone-bad" role="alert">
        <Icon name="alert" />
        <span>
          {words.failed} {one.error}
        </span>
      </p>
    );
  if (one.state === "done")
    return (
      <p class="sending" role="status">
        {words.done(one.rows, number(one.rows, 0))}{" "}
        <a class="button" href={`/api/v1/exports/${one.id}/file`} download>
          {words.download} ({one.format.toUpperCase()}, {bytes(one.bytes)})
        </a>
      </p>
    );
  return (
    <p class="sending" role="status">
      <progress max={Math.max(1, one.total)} value={Math.min(one.rows, one.total)} aria-label={words.making} /> {words.making} {number(one.rows, 0)}/{number(one.total, 0)}
    </p>
  );
}

export type Wish = Omit<ExportRequest, "what" | "format">;

export function Exporting({ wish }: { wish: Wish }) {
  const words = campaigns().exporting;
  const task = useTask();
  const { made, problem } = useExport();
  if (!can("devices.export")) return null;
  const order = (format: "csv" | "ndjson") =>
    void task.run(async () => void (made.value = await post<Export>("/exports", { what: "campaign_devices", format, ...wish } satisfies ExportRequest, { once: true })));
  const busy = task.busy || (made.value !== null && isMade(made.value));
  return (
    <div class="stack tight">
      <div class="row-tools">
        <span class="muted">{words.asFile}</span>
        {(["csv", "ndjson"] as const).map((format) => (
          <Button key={format} label={format.toUpperCase()} kind="quiet" busy={busy} onPress={() => order(format)} />
        ))}
      </div>
      <ProblemNote problem={task.problem ?? problem.value} />
      {made.value && <Made one={made.value} />}
    </div>
  );
}
