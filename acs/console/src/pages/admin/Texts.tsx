// What agents read out, and the words for cases: each as it counts, who wrote it last, and written anew with a look at how it is read.
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { put, query, remove, type DeskText, type DeskTextList } from "../../api";
import { both, t } from "../../i18n";
import { settings } from "../../i18n/settings";
import { language } from "../../state/language";
import { hasDraft } from "../../state/drafts";
import { Button, Empty, Pill } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Area, Field, Segments, Tick } from "../../parts/fields";
import { useLoad } from "../../parts/useLoad";
import { Loaded, TableOf } from "./common";
import { DraftNote, History, LastChange, plain, useAddress, useDrafts, useSaving, Warning } from "./settings";

type Part = DeskText["part"];
type Language = "pt-BR" | "en";
const LANGUAGES: Language[] = ["pt-BR", "en"];
const PARTS: Part[] = ["say", "headline", "next"];

// ---- in families

const FAMILIES: Record<string, string[]> = {
  contact: ["area_incident", "no_device", "never_seen", "offline", "unreachable", "no_data"],
  line: ["wan_down", "optical_bad", "optical_warn", "pppoe_auth", "wan_no_session", "wan_flapping", "dns_bad", "dsl_margin", "slow"],
  home: ["wifi_off", "wifi_crowded", "wifi_weak", "lan_100", "dhcp_full"],
  device: ["boot_loop", "overload", "fw_bad", "fw_old", "drift"],
};

/** Texts that belong together: of one shape of a verdict, or the one label. */
interface Block {
  key: string;
  family: string;
  texts: DeskText[];
}

const familyOf = (text: DeskText) => (text.group === "verdict" ? (Object.keys(FAMILIES).find((name) => FAMILIES[name]!.includes(text.about)) ?? "rest") : text.group);

function blocksOf(texts: DeskText[]): Block[] {
  const blocks = new Map<string, Block>();
  for (const text of texts) {
    const key = `${text.group}.${text.about}.${text.shape}`;
    if (!blocks.has(key)) blocks.set(key, { key, family: familyOf(text), texts: [] });
    blocks.get(key)!.texts.push(text);
  }
  return [...blocks.values()];
}

const partOf = (block: Block, part: Part) => block.texts.find((text) => text.part === part);

/** With examples in its places, as it is read. */
function filled(form: string, text: DeskText, tongue: Language): string {
  return form.replace(/\{(\w+)\}/g, (place, name) => text.places.find((one) => one.name === name)?.example[tongue] ?? place);
}

const shown = (text: DeskText) => filled(both(text.value), text, language.value);

const other = (): Language => (language.value === "en" ? "pt-BR" : "en");

const isChanged = (text: DeskText) => text.layer === "saved" || !text.fits;
const draftsOf = (text: DeskText) => LANGUAGES.map((tongue) => `text.${text.id}.${tongue}`);
const isDraft = (text: DeskText) => draftsOf(text).some(hasDraft);

// ---- writing one

function Preview({ form, text, tongue }: { form: string; text: DeskText; tongue: Language }) {
  const read = filled(form, text, tongue);
  return (
    <figure class="say preview" lang={tongue}>
      <figcaption>{settings().texts.preview}</figcaption>
      <blockquote>{text.part === "say" ? `“${read}”` : read}</blockquote>
    </figure>
  );
}

/** A place goes to where somebody was writing last. */
function Places({ text, onInsert }: { text: DeskText; onInsert: (place: string) => void }) {
  const words = settings().texts;
  if (text.group !== "verdict") return null;
  if (text.places.length === 0) return <p class="field-note">{words.noPlaces}</p>;
  return (
    <div class="chips" role="group" aria-label={words.places}>
      <span class="field-note">{words.places}:</span>
      {text.places.map(({ name, example }) => (
        <button key={name} type="button" class="chip" title={words.insert(`{${name}}`, both(example))} onMouseDown={(event) => event.preventDefault()} onClick={() => onInsert(`{${name}}`)}>
          <span class="mono">{`{${name}}`}</span>&nbsp;<span class="muted">{both(example)}</span>
        </button>
      ))}
    </div>
  );
}

function insertInto(area: HTMLTextAreaElement, place: string): void {
  area.focus();
  area.setRangeText(place, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function Writing({ text, block, part, again, onClose }: { text: DeskText; block: Block; part: { value: string }; again: () => Promise<unknown>; onClose: () => void }) {
  const words = settings();
  const box = useRef<HTMLDivElement>(null);
  const last = useRef<HTMLTextAreaElement | null>(null);
  const names = draftsOf(text);
  const drafts = useDrafts(names, LANGUAGES.map((tongue) => text.value[tongue]));
  const why = useSignal("");
  const saving = useSaving(names, again, onClose);
  const path = "/texts/" + text.id;
  const { revision } = text;
  const forms = LANGUAGES.map((_, i) => drafts.fields[i]!.value);
  const insert = (place: string) => insertInto(last.current ?? box.current!.querySelector("textarea")!, place);
  const reasons = why.value.trim() ? { reason: why.value.trim() } : {};
  const send = () => saving.send(() => put(path, { "pt-BR": forms[0], en: forms[1], ...reasons }, { revision }), words.saved);
  const reset = () => saving.send(() => remove(path + query(reasons), { revision }), words.wasReset);
  const reason = !drafts.changed ? words.nothingChanged : forms.some((form) => !form.trim()) ? words.texts.empty : null;
  return (
    <Dialog
      title={shown(partOf(block, "headline") ?? text)}
      subtitle={text.about}
      onClose={onClose}
      wide
      problem={saving.problem}
      confirm={{ label: words.save, onConfirm: send, busy: saving.busy, reason }}
      foot={<Button label={words.reset} icon="undo" busy={saving.busy} reason={isChanged(text) ? null : words.isDefault} onPress={reset} />}
    >
      {block.texts.length > 1 && <Segments label={words.texts.which} value={part} choices={Object.fromEntries(PARTS.map((name) => [name, words.texts.which_of[name]]))} />}
      <DraftNote {...drafts} />
      {saving.isOld && (
        <Warning>
          <p>{words.conflict}</p>
          <p>
            {words.now}: “{both(text.value)}”
          </p>
        </Warning>
      )}
      {!text.fits && <Warning>{words.noFitHint}</Warning>}
      <div class="pair" ref={box} onFocusIn={(event) => event.target instanceof HTMLTextAreaElement && (last.current = event.target)}>
        {LANGUAGES.map((tongue, i) => (
          <div key={tongue} class="stack tight">
            <Area
              label={words.texts.languages[tongue]}
              value={drafts.fields[i]!}
              rows={text.part === "label" || text.part === "headline" ? 2 : 4}
              maxLength={text.most}
              autofocus={i === 0}
              hint={words.texts.used([...forms[i]!].length, text.most)}
              error={saving.wrong("/" + tongue)}
            />
            <Preview form={forms[i]!} text={text} tongue={tongue} />
          </div>
        ))}
      </div>
      <Places text={text} onInsert={insert} />
      <Field label={words.why} value={why} maxLength={200} hint={words.whyHint} />
      <History revisions={text.revisions} show={(value) => (typeof value === "object" ? both(value) : String(value))} />
    </Dialog>
  );
}

function Edit({ block, onClose }: { block: Block; onClose: () => void }) {
  const part = useSignal<string>(block.texts.find(isDraft)?.part ?? partOf(block, "say")?.part ?? "label");
  const id = partOf(block, part.value as Part)!.id;
  const { data, problem, again } = useLoad<DeskText>("/texts/" + id);
  if (data && data.id === id) return <Writing key={id} text={data} block={block} part={part} again={again} onClose={onClose} />;
  return (
    <Dialog title={shown(partOf(block, "headline") ?? block.texts[0]!)} onClose={onClose} wide problem={problem} onRetry={again}>
      <p class="muted">{t().app.loading}</p>
    </Dialog>
  );
}

// ---- all of them

function State({ block }: { block: Block }) {
  const words = settings();
  const changed = block.texts.filter(isChanged);
  return (
    <>
      {changed.length === 0 && <span class="muted">{words.texts.layers.built_in}</span>}
      {changed.some((text) => text.fits) && <Pill tone="info">{words.texts.layers.saved}</Pill>}
      {changed.some((text) => !text.fits) && <Pill tone="bad">{words.noFit}</Pill>}
      {block.texts.some(isDraft) && <Pill tone="warn">{words.draft}</Pill>}
    </>
  );
}

const newest = (block: Block) => [...block.texts].sort((one, other) => (other.changed_at ?? "").localeCompare(one.changed_at ?? ""))[0]!;

function BlockRow({ block, onOpen }: { block: Block; onOpen: () => void }) {
  const head = partOf(block, "headline");
  const label = partOf(block, "label");
  return (
    <tr>
      <td class="text-name">
        <button type="button" class="link left" onClick={onOpen}>
          {shown(head ?? label!)}
        </button>
        <p class="muted small mono">{block.texts[0]!.about}</p>
      </td>
      {head ? <td>“{shown(partOf(block, "say")!)}”</td> : <td lang={other()}>{label!.value[other()]}</td>}
      <td class="nowrap">
        <State block={block} />
        {newest(block).changed_at && (
          <p>
            <LastChange row={newest(block)} />
          </p>
        )}
      </td>
    </tr>
  );
}

function Family({ family, blocks, onOpen }: { family: string; blocks: Block[]; onOpen: (block: Block) => void }) {
  return (
    <tbody>
      <tr>
        <th colSpan={3} scope="colgroup" class="matrix-group">
          {settings().texts.families[family as keyof ReturnType<typeof settings>["texts"]["families"]]}
        </th>
      </tr>
      {blocks.map((block) => (
        <BlockRow key={block.key} block={block} onOpen={() => onOpen(block)} />
      ))}
    </tbody>
  );
}

const says = (block: Block) => plain(block.texts.flatMap((text) => [text.about, text.value["pt-BR"], text.value.en]).join(" "));

function List({ blocks, verdicts, onOpen }: { blocks: Block[]; verdicts: boolean; onOpen: (block: Block) => void }) {
  const words = settings();
  const families = Object.keys(words.texts.families).filter((family) => blocks.some((block) => block.family === family));
  const heads = verdicts ? [words.texts.headline, words.texts.say] : [words.texts.label, words.texts.languages[other()]];
  if (blocks.length === 0) return <Empty icon="search" text={words.nothing} hint={words.nothingHint} />;
  return (
    <TableOf label={words.texts.title} head={[...heads, words.texts.state]} grouped>
      {families.map((family) => (
        <Family key={family} family={family} blocks={blocks.filter((block) => block.family === family)} onOpen={onOpen} />
      ))}
    </TableOf>
  );
}

export function Texts() {
  const words = settings();
  const { data, problem, again } = useLoad<DeskTextList>("/texts");
  const asked = useAddress("/administracao/textos", { parte: "verdict", mudados: "", q: "" });
  const only = useSignal(asked.mudados.value !== "");
  const open = useSignal<Block | null>(null);
  useSignalEffect(() => void (asked.mudados.value = only.value ? "sim" : ""));
  const verdicts = asked.parte.value === "verdict";
  const close = () => ((open.value = null), again());
  const fits = (block: Block) => (block.texts[0]!.group === "verdict") === verdicts && (!only.value || block.texts.some(isChanged)) && says(block).includes(plain(asked.q.value));
  return (
    <>
      <div class="page-head">
        <h1>{words.texts.title}</h1>
        <p class="muted">{words.texts.hint}</p>
      </div>
      <div class="filter-row low" role="search">
        <Segments label={words.texts.part} value={asked.parte} choices={words.texts.parts} />
        <Field label={words.search} value={asked.q} maxLength={100} />
        <Tick label={words.texts.only} value={only} />
      </div>
      <Loaded data={data} problem={problem} again={again}>
        {({ data: texts }) => <List blocks={blocksOf(texts).filter(fits)} verdicts={verdicts} onOpen={(block) => (open.value = block)} />}
      </Loaded>
      {open.value && <Edit key={open.value.key} block={open.value} onClose={close} />}
    </>
  );
}
