// Homes that fell silent together, and those of whom somebody has said so: what the desk says, and until when.
import { useSignal } from "@preact/signals";
import { patch, post, query, type Incident, type IncidentList } from "../api";
import { number, when } from "../format";
import { t } from "../i18n";
import { draft, forget } from "../state/drafts";
import { can } from "../state/session";
import { Bones, Button, Card, Empty, Pill, ProblemNote, Rows } from "../parts/basic";
import { Dialog } from "../parts/Dialog";
import { Choice, Field, Segments } from "../parts/fields";
import { scriptOf } from "../parts/IncidentBanner";
import { Say } from "../parts/Say";
import { useLoad } from "../parts/useLoad";
import { useTask } from "../parts/useTask";

/** "2026-11-30T14:00" of this place as a time of the API; nothing is null. */
const toTime = (local: string) => (local ? new Date(local).toISOString() : null);
const toLocal = (time: string | null) => (time ? new Date(Date.parse(time) - new Date(time).getTimezoneOffset() * 60000).toISOString().slice(0, 16) : "");

function Edit({ incident, close }: { incident: Incident; close: () => void }) {
  const words = t().incidents;
  const text = draft("incident." + incident.id, incident.text ?? "");
  const forecast = useSignal(toLocal(incident.forecast));
  const { busy, problem, run } = useTask();
  const after = () => (forget("incident." + incident.id), close());
  const send = () => void run(() => patch("/incidents/" + incident.id, { text: text.value.trim() || null, forecast: toTime(forecast.value) }), after);
  return (
    <Dialog title={words.edit + " · " + incident.place} onClose={close} problem={problem} confirm={{ label: words.save, onConfirm: send, busy }}>
      <Field label={words.text} value={text} maxLength={500} autofocus />
      <Field label={words.forecast} value={forecast} type="datetime-local" />
    </Dialog>
  );
}

function Declare({ close }: { close: () => void }) {
  const words = t().incidents;
  const kind = useSignal("cto");
  const place = draft("incident.place");
  const text = draft("incident.text");
  const { busy, problem, run } = useTask();
  const after = () => (forget("incident.place"), forget("incident.text"), close());
  const send = () => void run(() => post("/incidents", { kind: kind.value, place: place.value.trim(), text: text.value.trim() || null }, { once: true }), after);
  return (
    <Dialog title={words.declare} onClose={close} problem={problem} confirm={{ label: words.declare, onConfirm: send, busy, reason: place.value.trim() ? null : words.place }}>
      <Choice label={words.kind} value={kind} choices={words.kinds} />
      <Field label={words.place} value={place} maxLength={130} autofocus />
      <Field label={words.text} value={text} maxLength={500} hint={t().app.optional} />
    </Dialog>
  );
}

function Row({ incident, again }: { incident: Incident; again: () => void }) {
  const words = t().incidents;
  const editing = useSignal(false);
  const out = incident.silent - incident.back;
  const reason = can("incidents.edit") ? null : t().actions.forbidden;
  const end = () => void post(`/incidents/${incident.id}/close`, undefined, { once: true }).then(again, again);
  return (
    <Card
      kind={incident.closed_at ? "" : "tone-edge-bad"}
      title={`${words.kinds[incident.kind]} ${incident.place}`}
      tools={
        <>
          <Pill tone={incident.closed_at ? "unknown" : "bad"}>{incident.closed_at ? words.closed : `${number(out, 0)} / ${number(incident.homes, 0)}`}</Pill>
          <span class="spring" />
          {!incident.closed_at && <Button label={words.edit} reason={reason} onPress={() => (editing.value = true)} />}
          {!incident.closed_at && <Button label={words.close} kind="quiet" reason={reason} onPress={end} />}
        </>
      }
    >
      <Rows
        rows={[
          [words.since, `${when(incident.since)} · ${incident.opened_by ?? words.byRule}`],
          incident.closed_at !== null && [words.until, when(incident.closed_at)],
          [words.silent, number(incident.silent, 0)],
          [words.back, number(incident.back, 0)],
          incident.forecast !== null && [words.forecast, when(incident.forecast)],
        ]}
      />
      {!incident.closed_at && <Say text={scriptOf(incident)} />}
      {editing.value && <Edit incident={incident} close={() => ((editing.value = false), again())} />}
    </Card>
  );
}

export function Incidents() {
  const shown = useSignal("open");
  const declaring = useSignal(false);
  const { data, problem, again } = useLoad<IncidentList>("/incidents" + query({ open: shown.value === "open", limit: 50 }), 15000);
  const words = t().incidents;
  return (
    <main id="content" class="page">
      <div class="page-head">
        <h1>{words.title}</h1>
        <Segments label={words.title} value={shown} choices={{ open: words.open, all: words.all }} />
        <span class="spring" />
        <Button label={words.declare} icon="alert" reason={can("incidents.edit") ? null : t().actions.forbidden} onPress={() => (declaring.value = true)} />
      </div>
      <ProblemNote problem={problem} onRetry={again} />
      {!data && !problem && <Bones lines={5} />}
      {data?.data.length === 0 && <Empty icon="check" text={words.empty} />}
      <div class="stack">
        {data?.data.map((incident) => (
          <Row key={incident.id} incident={incident} again={again} />
        ))}
      </div>
      {declaring.value && <Declare close={() => ((declaring.value = false), again())} />}
    </main>
  );
}
