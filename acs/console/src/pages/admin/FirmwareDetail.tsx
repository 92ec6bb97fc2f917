// One firmware: what it is and for whom, who runs it, how installing it goes; tested, approved by somebody else, retired.
import { useSignal } from "@preact/signals";
import { post, put, type FirmwareWhole } from "../../api";
import { bytes, duration, number, when } from "../../format";
import { library } from "../../i18n/firmware";
import { can } from "../../state/session";
import { tell } from "../../state/toasts";
import { Button, Card, copyText, Pill, ProblemNote, Rows, type Tone } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Field } from "../../parts/fields";
import { useLoad } from "../../parts/useLoad";
import { useTask } from "../../parts/useTask";
import { Loaded, TableOf } from "./common";
import { FirmwareEdit } from "./FirmwareEdit";

type State = FirmwareWhole["state"];
type Goal = Exclude<State, "approved">;

interface Props {
  firmware: FirmwareWhole;
  again: () => Promise<unknown>;
}

/** Where whoever keeps the library may take it from here (provisioning/firmware/state.c). */
const MOVES: Record<State, Goal[]> = { draft: ["testing", "retired"], testing: ["draft", "retired"], approved: ["testing", "retired"], retired: ["testing"] };

const TONES: Record<State, Tone> = { draft: "unknown", testing: "warn", approved: "ok", retired: "unknown" };

export function FirmwareState({ row }: { row: Pick<FirmwareWhole, "state" | "expired" | "damaged"> }) {
  const words = library();
  return (
    <>
      <Pill tone={TONES[row.state]}>{words.states[row.state]}</Pill>
      {row.damaged && <Pill tone="bad">{words.damaged}</Pill>}
      {row.expired && <Pill tone="bad">{words.expired}</Pill>}
    </>
  );
}

// ---- what can be done with it

function Approving({ firmware, again, onClose }: Props & { onClose: () => void }) {
  const words = library();
  const task = useTask();
  const why = useSignal("");
  const { id, revision } = firmware;
  const send = () =>
    void task
      .run(() => post(`/firmware/${id}/approve`, { revision, ...(why.value.trim() && { reason: why.value.trim() }) }, { once: true }))
      .then((done) => done && (tell("ok", words.approvedNow), void again(), onClose()));
  return (
    <Dialog title={words.approving(firmware.name)} subtitle={firmware.version} onClose={onClose} problem={task.problem} confirm={{ label: words.approve, onConfirm: send, busy: task.busy }}>
      <p>{words.approvingHint}</p>
      <Rules firmware={firmware} />
      <Field label={words.why} value={why} maxLength={200} />
    </Dialog>
  );
}

function Retiring({ firmware, again, onClose }: Props & { onClose: () => void }) {
  const words = library();
  const task = useTask();
  const why = useSignal("");
  const send = () =>
    void task
      .run(() => put(`/firmware/${firmware.id}/state`, { state: "retired", ...(why.value.trim() && { reason: why.value.trim() }) }, { revision: firmware.revision }))
      .then((done) => done && (tell("ok", words.moved), void again(), onClose()));
  return (
    <Dialog title={words.retiring(firmware.name)} subtitle={firmware.version} onClose={onClose} problem={task.problem} confirm={{ label: words.move.retired, onConfirm: send, busy: task.busy }}>
      <p>{words.retiringHint}</p>
      <Field label={words.why} value={why} maxLength={200} />
    </Dialog>
  );
}

function Deeds({ firmware, again, onEdit }: Props & { onEdit: () => void }) {
  const words = library();
  const task = useTask();
  const open = useSignal<"approve" | "retire" | null>(null);
  const forbidden = can("firmware.write") ? null : words.cannotWrite;
  const { state, approval, id, revision } = firmware;
  const move = (to: Goal) =>
    to === "retired"
      ? (open.value = "retire")
      : void task.run(() => put(`/firmware/${id}/state`, { state: to }, { revision })).then((done) => done && (tell("ok", words.moved), void again()));
  const close = () => (open.value = null);
  return (
    <>
      <ProblemNote problem={task.problem} />
      <div class="row-tools">
        {(state === "draft" || state === "testing") && (
          <Button label={words.approve} kind="primary" reason={approval.possible ? null : approval.detail} onPress={() => (open.value = "approve")} />
        )}
        {state !== "retired" && can("firmware.write") && <Button label={words.edit} kind="quiet" onPress={onEdit} />}
        {MOVES[state].map((to) => (
          <Button key={to} label={words.move[to]} kind="quiet" reason={forbidden} busy={task.busy} onPress={() => move(to)} />
        ))}
      </div>
      {(state === "draft" || state === "testing") && !approval.possible && <p class="field-note">{approval.detail}</p>}
      {open.value === "approve" && <Approving firmware={firmware} again={again} onClose={close} />}
      {open.value === "retire" && <Retiring firmware={firmware} again={again} onClose={close} />}
    </>
  );
}

// ---- what it is

function Rules({ firmware }: { firmware: FirmwareWhole }) {
  const words = library();
  const any = <span class="muted">{words.anyOne}</span>;
  return (
    <TableOf label={words.rules} head={[words.manufacturer, words.model, words.hardware, words.from]}>
      {firmware.rules.map((rule, i) => (
        <tr key={i}>
          <td>{rule.manufacturer ?? any}</td>
          <td class="mono">{rule.product_class}</td>
          <td class="mono">{rule.hardware_version ?? any}</td>
          <td class="mono wrap">{rule.from_versions?.join(", ") ?? any}</td>
        </tr>
      ))}
    </TableOf>
  );
}

const signed = (by: string, at: string) => `${by} · ${when(at)}`;

function Head({ firmware, again, onEdit }: Props & { onEdit: () => void }) {
  const words = library();
  const { sha256, notes, known_issues: known } = firmware;
  return (
    <Card title={`${firmware.name} ${firmware.version}`} tools={<FirmwareState row={firmware} />}>
      <Deeds firmware={firmware} again={again} onEdit={onEdit} />
      <Rows
        rows={[
          [words.file, `${firmware.file_name} · ${bytes(firmware.size)}`],
          [
            words.hash,
            <>
              <span class="mono small wrap">{sha256}</span> <Button label={words.copy} icon="copy" kind="quiet" onPress={() => void copyText(sha256, words.copied)} />
            </>,
          ],
          [words.signatures, firmware.has_manifest ? words.manifest(firmware.signatures) : words.noManifest],
          firmware.counter !== null && [words.counter, number(firmware.counter, 0)],
          firmware.expires_at !== null && [words.expires, when(firmware.expires_at)],
          [words.created, signed(firmware.created_by, firmware.created_at)],
          [words.changed, signed(firmware.changed_by, firmware.changed_at)],
          firmware.approved_by !== null && firmware.approved_at !== null && [words.approved, signed(firmware.approved_by, firmware.approved_at)],
          firmware.disruptive && [words.care, words.disruptive],
          [words.notes, notes ?? <span class="muted">{words.noNotes}</span>],
          known !== null && [words.known, known],
        ]}
      />
    </Card>
  );
}

// ---- how it goes

function Base({ firmware }: { firmware: FirmwareWhole }) {
  const words = library();
  const rows = firmware.base.filter((row) => row.devices > 0);
  return (
    <Card title={words.base}>
      {rows.length === 0 && <p class="muted">{words.noHomes}</p>}
      <ul class="count-bars">
        {rows.map((row) => (
          <li key={row.manufacturer + row.product_class}>
            <span>{[row.manufacturer, row.product_class].filter(Boolean).join(" ")}</span>
            <meter min={0} max={row.devices} value={row.running} aria-hidden="true" />
            <b>
              {number(row.running, 0)} <span class="muted small">{words.baseOf(number((row.running / row.devices) * 100, 0) + "\u00a0%", number(row.devices, 0))}</span>
            </b>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Outcomes({ firmware }: { firmware: FirmwareWhole }) {
  const words = library();
  if (firmware.outcomes.length === 0)
    return (
      <Card title={words.outcomes}>
        <p class="muted">{words.noOutcomes}</p>
      </Card>
    );
  return (
    <section>
      <h2>{words.outcomes}</h2>
      <p class="muted">{words.outcomesHint}</p>
      <TableOf label={words.outcomes} head={[words.model, { right: words.rate }, { right: words.ended }, { right: words.failed }, { right: words.unknown }, { right: words.median }]}>
        {firmware.outcomes.map((row) => (
          <tr key={row.product_class}>
            <th scope="row">{row.product_class}</th>
            <td class="right">
              <b>{number(row.success_rate * 100)}&nbsp;%</b>
            </td>
            <td class="right">{number(row.succeeded + row.failed + row.unknown, 0)}</td>
            <td class={"right" + (row.failed ? " bad-number" : "")}>{number(row.failed, 0)}</td>
            <td class="right">{number(row.unknown, 0)}</td>
            <td class="right">{row.median_s === null ? "—" : duration(row.median_s)}</td>
          </tr>
        ))}
      </TableOf>
    </section>
  );
}

export function FirmwareDetail({ id }: { id: string }) {
  const words = library();
  const editing = useSignal(false);
  const { data, problem, again } = useLoad<FirmwareWhole>("/firmware/" + id);
  return (
    <Loaded data={data} problem={problem} again={() => void again()}>
      {(firmware) => (
        <>
          {editing.value ? (
            <FirmwareEdit firmware={firmware} again={again} onClose={() => (editing.value = false)} />
          ) : (
            <>
              <Head firmware={firmware} again={again} onEdit={() => (editing.value = true)} />
              <section>
                <h2>{words.rules}</h2>
                <p class="muted">{words.rulesHint}</p>
                <Rules firmware={firmware} />
              </section>
            </>
          )}
          <Base firmware={firmware} />
          <Outcomes firmware={firmware} />
        </>
      )}
    </Loaded>
  );
}
