// Where verdicts begin: what counts and who says so, for every technology or for one; set, and set back.
import { useSignal } from "@preact/signals";
import { put, query, remove, type Threshold, type ThresholdList } from "../../api";
import { exactly, number, withUnit } from "../../format";
import { both, t } from "../../i18n";
import { settings } from "../../i18n/settings";
import { hasDraft } from "../../state/drafts";
import { Button, Empty, Pill, Rows, type Tone } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Choice, Field } from "../../parts/fields";
import { useLoad } from "../../parts/useLoad";
import { Loaded, TableOf } from "./common";
import { DraftNote, History, LastChange, plain, useAddress, useDrafts, useSaving, Warning } from "./settings";

const TONES: Record<Threshold["layer"], Tone | null> = { built_in: null, file: "unknown", saved_for_all: "info", saved: "info" };
const DIGITS = 3;

const draftOf = (row: Threshold) => `threshold.${row.technology}.${row.name}`;
const written = (value: number) => number(value, DIGITS).replace(/[.\u00a0\u202f](?=\d{3}(\D|$))/g, "");

const DAY_S = 86400;

/** What so many seconds are. */
const means = (seconds: number) => (seconds > DAY_S && seconds % DAY_S === 0 ? withUnit(seconds / DAY_S, "d", 0) : exactly(seconds));

/** "−26,5 dBm"; of a time what it means, too: "900 s (15 min)". */
function shown(value: number, unit: string): string {
  const text = withUnit(value, unit, DIGITS);
  return unit === "s" && value >= 60 ? `${text} (${means(value)})` : text;
}

/** As people write numbers; null: it is none. */
function read(text: string): number | null {
  const given = text.trim().replace("\u2212", "-").replace(",", ".");
  return /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : null;
}

// ---- setting one

function Setting({ row, again, onClose }: { row: Threshold; again: () => Promise<unknown>; onClose: () => void }) {
  const words = settings();
  const mine = words.thresholds;
  const names = [draftOf(row)];
  const drafts = useDrafts(names, [written(row.value)]);
  const why = useSignal("");
  const saving = useSaving(names, again, onClose);
  const path = "/thresholds/" + row.name;
  const { technology, revision } = row;
  const value = read(drafts.fields[0]!.value);
  const range = [shown(row.low, row.unit), shown(row.high, row.unit)] as const;
  const outside = value !== null && (value < row.low || value > row.high);
  const reason = value === null ? mine.notNumber : outside ? mine.outside(...range) : drafts.changed || row.layer !== "saved" ? null : words.nothingChanged;
  const reasons = why.value.trim() ? { reason: why.value.trim() } : {};
  const send = () => saving.send(() => put(path + query({ technology }), { value, ...reasons }, { revision }), words.saved);
  const reset = () => saving.send(() => remove(path + query({ technology, ...reasons }), { revision }), words.wasReset);
  return (
    <Dialog
      title={both(row.label)}
      subtitle={mine.technologies[row.technology as keyof typeof mine.technologies]}
      onClose={onClose}
      problem={saving.problem}
      confirm={{ label: words.save, onConfirm: send, busy: saving.busy, reason }}
      foot={<Button label={words.reset} icon="undo" busy={saving.busy} reason={row.saved === null ? words.isDefault : null} onPress={reset} />}
    >
      <DraftNote {...drafts} />
      {saving.isOld && <Warning>{words.conflict}</Warning>}
      {!row.fits && <Warning>{words.noFitHint}</Warning>}
      <Field
        label={mine.number(row.unit)}
        value={drafts.fields[0]!}
        maxLength={20}
        autofocus
        hint={mine.range(...range) + (row.unit === "s" && value !== null && value >= 60 ? " " + mine.means(means(value)) : "")}
        error={saving.wrong("/value") ?? (outside ? mine.outside(...range) : undefined)}
      />
      <Field label={words.why} value={why} maxLength={200} hint={words.whyHint} />
      <Rows
        rows={[
          [mine.value, shown(row.value, row.unit)],
          [mine.layer, mine.layers[row.layer]],
          [mine.default, shown(row.default, row.unit)],
          [words.changed, <LastChange row={row} />],
          row.reason !== null && [words.why, row.reason],
        ]}
      />
      {row.models > 0 && <p class="field-note">{mine.models(row.models)}</p>}
      {row.technology === "*" && <p class="field-note">{mine.special}</p>}
      <History revisions={row.revisions} show={(one) => (typeof one === "number" ? shown(one, row.unit) : "")} />
    </Dialog>
  );
}

function Edit({ row, onClose }: { row: Threshold; onClose: () => void }) {
  const { data, problem, again } = useLoad<Threshold>(`/thresholds/${row.name}` + query({ technology: row.technology }));
  if (data) return <Setting row={data} again={again} onClose={onClose} />;
  return (
    <Dialog title={both(row.label)} onClose={onClose} problem={problem} onRetry={again}>
      {!problem && <p class="muted">{t().app.loading}</p>}
    </Dialog>
  );
}

// ---- all of them

function Row({ row, onOpen }: { row: Threshold; onOpen: () => void }) {
  const words = settings();
  const tone = TONES[row.layer];
  const layer = words.thresholds.layers[row.layer];
  return (
    <tr>
      <td>
        <button type="button" class="link left" onClick={onOpen}>
          {both(row.label)}
        </button>
        <p class="muted small mono">{row.name}</p>
      </td>
      <td class="right nowrap">
        <b>{shown(row.value, row.unit)}</b>
      </td>
      <td class="right nowrap muted">{row.default === row.value ? "—" : shown(row.default, row.unit)}</td>
      <td class="nowrap">
        {tone ? <Pill tone={tone}>{layer}</Pill> : <span class="muted">{layer}</span>}
        {!row.fits && <Pill tone="bad">{words.noFit}</Pill>}
        {hasDraft(draftOf(row)) && <Pill tone="warn">{words.draft}</Pill>}
      </td>
      <td class="nowrap">
        <LastChange row={row} />
      </td>
    </tr>
  );
}

function List({ rows, onOpen }: { rows: Threshold[]; onOpen: (row: Threshold) => void }) {
  const words = settings();
  const mine = words.thresholds;
  const families = (Object.keys(mine.families) as Array<Threshold["family"]>).filter((family) => rows.some((row) => row.family === family));
  if (rows.length === 0) return <Empty icon="search" text={words.nothing} hint={words.nothingHint} />;
  return (
    <TableOf label={mine.title} head={[mine.what, { right: mine.value }, { right: mine.default }, mine.layer, words.changed]} grouped>
      {families.map((family) => (
        <tbody key={family}>
          <tr>
            <th colSpan={5} scope="colgroup" class="matrix-group">
              {mine.families[family]}
            </th>
          </tr>
          {rows
            .filter((row) => row.family === family)
            .map((row) => (
              <Row key={row.name} row={row} onOpen={() => onOpen(row)} />
            ))}
        </tbody>
      ))}
    </TableOf>
  );
}

export function Thresholds() {
  const words = settings();
  const asked = useAddress("/administracao/limites", { tecnologia: "*", q: "" });
  const { data, problem, again } = useLoad<ThresholdList>("/thresholds" + query({ technology: asked.tecnologia.value }));
  const open = useSignal<Threshold | null>(null);
  const close = () => ((open.value = null), again());
  const fits = (row: Threshold) => plain(`${row.name} ${row.label["pt-BR"]} ${row.label.en}`).includes(plain(asked.q.value));
  return (
    <>
      <div class="page-head">
        <h1>{words.thresholds.title}</h1>
        <p class="muted">{words.thresholds.hint}</p>
      </div>
      <div class="filter-row" role="search">
        <Choice label={words.thresholds.technology} value={asked.tecnologia} choices={words.thresholds.technologies} />
        <Field label={words.search} value={asked.q} maxLength={100} />
      </div>
      <Loaded data={data} problem={problem} again={again}>
        {({ data: rows }) => <List rows={rows.filter(fits)} onOpen={(row) => (open.value = row)} />}
      </Loaded>
      {open.value && <Edit key={draftOf(open.value)} row={open.value} onClose={close} />}
    </>
  );
}
