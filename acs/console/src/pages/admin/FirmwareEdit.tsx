// A firmware of the library is changed: what it is called and is good for, and what it is and for whom, which makes an approval void.
import { signal, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { patch, type FirmwarePatch, type FirmwareWhole } from "../../api";
import { library } from "../../i18n/firmware";
import { tell } from "../../state/toasts";
import { Button, Card, ProblemNote } from "../../parts/basic";
import { Area, Choice, Field, Tick } from "../../parts/fields";
import { Icon } from "../../parts/Icon";
import { useTask } from "../../parts/useTask";

type Rule = FirmwareWhole["rules"][number];
type RuleText = Record<"manufacturer" | "product_class" | "hardware_version" | "from_versions", string>;
const RULE_FIELDS = ["manufacturer", "product_class", "hardware_version", "from_versions"] as const;
const RULES_MOST = 50;
const NO_RULE: RuleText = { manufacturer: "", product_class: "", hardware_version: "", from_versions: "" };

const ruleText = (rule: Rule): RuleText => ({
  manufacturer: rule.manufacturer ?? "",
  product_class: rule.product_class,
  hardware_version: rule.hardware_version ?? "",
  from_versions: rule.from_versions?.join(", ") ?? "",
});

const given = (text: string) => text.trim() || null;

function ruleSaid(text: RuleText): Rule {
  const from = text.from_versions.split(/[\s,;]+/).filter(Boolean);
  return { manufacturer: given(text.manufacturer), product_class: text.product_class.trim(), hardware_version: given(text.hardware_version), from_versions: from.length > 0 ? from : null };
}

/** As a field for a date and a time has it, by the clock of this place. */
function localText(at: string | null): string {
  if (at === null) return "";
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

function draftOf(firmware: FirmwareWhole) {
  return {
    name: signal(firmware.name),
    how: signal(firmware.has_manifest ? "keep" : "words"),
    version: signal(firmware.version),
    counter: signal(firmware.counter === null ? "" : String(firmware.counter)),
    expires: signal(localText(firmware.expires_at)),
    rules: signal(firmware.rules.map(ruleText)),
    notes: signal(firmware.notes ?? ""),
    known: signal(firmware.known_issues ?? ""),
    disruptive: signal(firmware.disruptive),
    manifest: signal<File | null>(null),
    signatures: signal(""),
  };
}
type Draft = ReturnType<typeof draftOf>;

function saysOf(draft: Draft): FirmwarePatch {
  return {
    version: draft.version.value.trim(),
    counter: given(draft.counter.value) === null ? null : Number(draft.counter.value),
    expires_at: draft.expires.value === "" ? null : new Date(draft.expires.value).toISOString(),
    rules: draft.rules.value.map(ruleSaid),
  };
}

const isAlike = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
/** Only what is another than it was: whoever mends a note leaves an approval as it is. */
const onlyChanged = (now: FirmwarePatch, was: FirmwarePatch) =>
  Object.fromEntries(Object.entries(now).filter(([name, value]) => !isAlike(value, was[name as keyof FirmwarePatch]))) as FirmwarePatch;

const wordsOf = (draft: Draft): FirmwarePatch => ({ name: draft.name.value.trim(), notes: given(draft.notes.value), known_issues: given(draft.known.value), disruptive: draft.disruptive.value });

async function patchOf(draft: Draft, firmware: FirmwareWhole): Promise<FirmwarePatch> {
  const before = draftOf(firmware);
  const words = onlyChanged(wordsOf(draft), wordsOf(before));
  if (draft.how.value === "keep") return words;
  if (draft.how.value === "manifest") return { ...words, manifest: await draft.manifest.value!.text(), signatures: draft.signatures.value.split(/\s+/).filter(Boolean) };
  return { ...words, ...(firmware.has_manifest ? { manifest: null, ...saysOf(draft) } : onlyChanged(saysOf(draft), saysOf(before))) };
}

/** What is missing, or that there is nothing to save; null: it can be sent. */
function missing(draft: Draft, firmware: FirmwareWhole): string | null {
  const words = library();
  if (!given(draft.name.value)) return words.needs(words.name);
  if (draft.how.value === "manifest") return draft.manifest.value ? null : words.needs(words.manifestFile);
  const before = draftOf(firmware);
  const isSame = isAlike([wordsOf(draft), draft.how.value], [wordsOf(before), before.how.value]);
  if (draft.how.value === "keep") return isSame ? words.nothing : null;
  if (!given(draft.version.value)) return words.needs(words.version);
  if (draft.rules.value.some((rule) => !given(rule.product_class))) return words.needs(words.model);
  if (!/^[1-9]?\d*$/.test(draft.counter.value.trim())) return words.notNumber;
  return isSame && isAlike(saysOf(draft), saysOf(before)) ? words.nothing : null;
}

function RuleRow({ rules, i }: { rules: Signal<RuleText[]>; i: number }) {
  const words = library();
  const names = { manufacturer: words.manufacturer, product_class: words.model, hardware_version: words.hardware, from_versions: words.from };
  const change = (part: Partial<RuleText>) => (rules.value = rules.value.map((rule, at) => (at === i ? { ...rule, ...part } : rule)));
  return (
    <tr>
      {RULE_FIELDS.map((field) => (
        <td key={field}>
          <input
            aria-label={words.ruleField(names[field], i + 1)}
            class={field === "manufacturer" ? undefined : "mono"}
            maxLength={field === "from_versions" ? 2000 : 64}
            value={rules.value[i]![field]}
            onInput={(event) => change({ [field]: event.currentTarget.value })}
          />
        </td>
      ))}
      <td>
        {rules.value.length > 1 && (
          <button type="button" class="icon-button" aria-label={words.removeRule(i + 1)} onClick={() => (rules.value = rules.value.filter((_, at) => at !== i))}>
            <Icon name="close" />
          </button>
        )}
      </td>
    </tr>
  );
}

function RuleTable({ rules }: { rules: Signal<RuleText[]> }) {
  const words = library();
  return (
    <section>
      <h2>{words.rules}</h2>
      <p class="muted small">
        {words.rulesHint} {words.fromHint}
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label={words.rules}>
        <table class="form-table rule-table">
          <thead>
            <tr>
              {[words.manufacturer, words.model, words.hardware, words.from].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            {rules.value.map((_, i) => (
              <RuleRow key={i} rules={rules} i={i} />
            ))}
          </tbody>
        </table>
      </div>
      {rules.value.length < RULES_MOST && <Button label={words.addRule} kind="quiet" onPress={() => (rules.value = [...rules.value, NO_RULE])} />}
    </section>
  );
}

function Says({ draft }: { draft: Draft }) {
  const words = library();
  return (
    <>
      <Field label={words.version} value={draft.version} maxLength={64} mono required hint={words.versionHint} />
      <Field label={words.counter} value={draft.counter} maxLength={16} inputmode="numeric" hint={words.counterHint} />
      <Field label={words.expires} value={draft.expires} type="datetime-local" hint={words.expiresHint} />
      <RuleTable rules={draft.rules} />
    </>
  );
}

function Manifest({ draft }: { draft: Draft }) {
  const words = library();
  return (
    <>
      <label class="field">
        <span>{words.manifestFile}</span>
        <input type="file" accept=".json,application/json" onChange={(event) => (draft.manifest.value = event.currentTarget.files?.[0] ?? null)} />
      </label>
      <Area label={words.signatures} value={draft.signatures} rows={3} hint={words.signaturesHint} />
    </>
  );
}

export function FirmwareEdit({ firmware, again, onClose }: { firmware: FirmwareWhole; again: () => Promise<unknown>; onClose: () => void }) {
  const words = library();
  const draft = useMemo(() => draftOf(firmware), []);
  const task = useTask();
  const hows = { ...(firmware.has_manifest && { keep: words.keepManifest }), ...words.hows };
  const save = () =>
    void task
      .run(async () => patch<FirmwareWhole>("/firmware/" + firmware.id, await patchOf(draft, firmware), { revision: firmware.revision }))
      .then(async (done) => done && (tell("ok", words.saved), await again(), onClose()));
  return (
    <Card title={words.editing}>
      <div class="builder firmware-edit">
        {firmware.state === "approved" && (
          <p class="note tone-warn">
            <Icon name="alert" />
            <span>{words.editHint}</span>
          </p>
        )}
        <Field label={words.name} value={draft.name} maxLength={100} required autofocus />
        <Choice label={words.how} value={draft.how} choices={hows} />
        {draft.how.value === "words" && <Says draft={draft} />}
        {draft.how.value === "manifest" && <Manifest draft={draft} />}
        <Area label={words.notes} value={draft.notes} maxLength={4000} rows={2} />
        <Area label={words.known} value={draft.known} maxLength={4000} rows={2} />
        <Tick label={words.disruptiveTick} value={draft.disruptive} />
        <ProblemNote problem={task.problem} />
        <div class="row-tools">
          <Button label={words.save} kind="primary" busy={task.busy} reason={missing(draft, firmware)} onPress={save} />
          <Button label={words.cancel} kind="quiet" onPress={onClose} />
        </div>
      </div>
    </Card>
  );
}
