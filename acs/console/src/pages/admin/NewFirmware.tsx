// A file becomes a firmware of the library: sent, then said what it is and for whom, or shown by its signed manifest.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { post, query, type FirmwareOrder, type FirmwareWhole } from "../../api";
import { bytes, number } from "../../format";
import { library } from "../../i18n/firmware";
import { go } from "../../router";
import { Dialog } from "../../parts/Dialog";
import { Area, Choice, Field, Tick } from "../../parts/fields";
import { useTask } from "../../parts/useTask";
import { sendFile, type Progress } from "./pieces";

const NAME_MOST = 64;

/** As the API takes the name of a file. */
const plainName = (name: string) => name.replace(/[^A-Za-z0-9._-]+/g, "_").slice(-NAME_MOST);
const given = (value: Signal<string>) => value.value.trim() || null;
const listOf = (value: Signal<string>, between: RegExp) => value.value.split(between).filter(Boolean);

function useOrder(file: File) {
  const fields = { how: "words", name: file.name, version: "", maker: "", model: "", hardware: "", from: "", counter: "", notes: "", signatures: "" };
  const values = Object.fromEntries(Object.entries(fields).map(([name, standard]) => [name, useSignal(standard)])) as { [K in keyof typeof fields]: Signal<string> };
  return { ...values, disruptive: useSignal(false), manifest: useSignal<File | null>(null) };
}

type Order = ReturnType<typeof useOrder>;

async function saidBy(order: Order): Promise<Partial<FirmwareOrder>> {
  if (order.how.value === "manifest") return { manifest: await order.manifest.value!.text(), signatures: listOf(order.signatures, /\s+/) };
  const from = listOf(order.from, /[\s,;]+/);
  const counter = given(order.counter);
  return {
    version: order.version.value.trim(),
    ...(counter !== null && { counter: Number(counter) }),
    rules: [{ product_class: order.model.value.trim(), manufacturer: given(order.maker), hardware_version: given(order.hardware), from_versions: from.length > 0 ? from : null }],
  };
}

/** What is missing before anything can be sent. */
function missing(order: Order): string | null {
  const words = library();
  if (!given(order.name)) return words.needs(words.name);
  if (order.how.value === "manifest") return order.manifest.value ? null : words.needs(words.manifestFile);
  if (!given(order.version)) return words.needs(words.version);
  if (!given(order.model)) return words.needs(words.model);
  return /^[1-9]?\d*$/.test(order.counter.value.trim()) ? null : words.notNumber;
}

function Words({ order }: { order: Order }) {
  const words = library();
  return (
    <>
      <Field label={words.version} value={order.version} maxLength={64} mono required hint={words.versionHint} />
      <Field label={words.model} value={order.model} maxLength={64} mono required />
      <Field label={words.manufacturer} value={order.maker} maxLength={64} hint={words.anyHint} />
      <Field label={words.hardware} value={order.hardware} maxLength={64} mono hint={words.anyHint} />
      <Field label={words.from} value={order.from} maxLength={2000} mono hint={words.fromHint} />
      <Field label={words.counter} value={order.counter} maxLength={16} inputmode="numeric" hint={words.counterHint} />
    </>
  );
}

function Manifest({ order }: { order: Order }) {
  const words = library();
  return (
    <>
      <label class="field">
        <span>{words.manifestFile}</span>
        <input type="file" accept=".json,application/json" onChange={(event) => (order.manifest.value = event.currentTarget.files?.[0] ?? null)} />
      </label>
      <Area label={words.signatures} value={order.signatures} rows={3} hint={words.signaturesHint} />
    </>
  );
}

/** Below fields that may fill the window: it is brought to where it is seen. Closed in the middle nothing is lost: the same file goes on from there. */
function Sending({ phase, part, resumed }: Progress) {
  const words = library();
  const here = useRef<HTMLParagraphElement>(null);
  useEffect(() => here.current!.scrollIntoView({ block: "nearest" }), []);
  return (
    <p ref={here} class="sending" role="status">
      <progress value={part} aria-label={words.phases[phase]} /> {words.phases[phase]} {number(part * 100, 0)}&nbsp;%
      {resumed && phase === "sending" && <span class="muted small"> {words.resumed}</span>}
    </p>
  );
}

export function NewFirmware({ file, onClose }: { file: File; onClose: () => void }) {
  const words = library();
  const order = useOrder(file);
  const task = useTask();
  const progress = useSignal<Progress | null>(null);
  const abort = useSignal(new AbortController());
  useEffect(() => () => abort.value.abort(), []);
  const add = async () => {
    try {
      const kept = await sendFile({ name: plainName(file.name), kind: "firmware" }, file, (now) => (progress.value = now), abort.value.signal);
      const said = await saidBy(order);
      const notes = given(order.notes);
      const words = { name: order.name.value.trim(), disruptive: order.disruptive.value, ...(notes !== null && { notes }) };
      const made = await post<FirmwareWhole>("/firmware", { file: kept.id, ...words, ...said }, { once: true });
      go("/administracao/firmware" + query({ de: made.id }));
    } finally {
      progress.value = null;
    }
  };
  const send = () => void task.run(add).then((done) => done && onClose());
  return (
    <Dialog
      title={words.adding}
      subtitle={`${file.name} · ${bytes(file.size)}`}
      onClose={onClose}
      problem={task.problem}
      confirm={{ label: words.add, onConfirm: send, busy: task.busy, reason: missing(order) }}
    >
      <p>{words.addingHint}</p>
      <Field label={words.name} value={order.name} maxLength={100} required autofocus />
      <Choice label={words.how} value={order.how} choices={words.hows} />
      {order.how.value === "words" ? <Words order={order} /> : <Manifest order={order} />}
      <Area label={words.notes} value={order.notes} maxLength={4000} rows={2} />
      <Tick label={words.disruptiveTick} value={order.disruptive} />
      {progress.value && <Sending {...progress.value} />}
    </Dialog>
  );
}
