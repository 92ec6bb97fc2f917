// The devices of a campaign, by state, cause and wave. Each look is noted in the audit trail, so there is none before it is asked for.
import { useEffect, useId, useRef } from "preact/hooks";
import { query, type Campaign, type CampaignTarget } from "../../api";
import { ago } from "../../format";
import { a } from "../../i18n/admin";
import { campaigns } from "../../i18n/campaigns";
import { go, search } from "../../router";
import { addressOf } from "../../state/tabs";
import { Button, Empty, Pill, type Tone } from "../../parts/basic";
import { Loaded, TableOf } from "../admin/common";
import { useList } from "../admin/useList";
import { Exporting, type Wish } from "./Exporting";
import { causeName, planOf } from "./model";

type Target = CampaignTarget;

/** What is asked for is in the address; without any of it nothing is. */
const NAMES = ["estado", "causa", "onda", "falhas"] as const;
type Asked = Record<(typeof NAMES)[number], string>;

const askedNow = () => Object.fromEntries(NAMES.map((name) => [name, search.value.get(name) ?? ""])) as Asked;
const ask = (campaign: Campaign, asked: Asked) => go(`/campanhas/${campaign.id}` + query(asked), true);

function Pick({ label, value, choices, onPick }: { label: string; value: string; choices: Record<string, string>; onPick: (value: string) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {Object.entries(choices).map(([name, words]) => (
          <option key={name} value={name} selected={name === value}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

const TONES: Record<Target["state"], Tone> = { waiting: "unknown", sent: "busy", healthy: "ok", failed: "bad", looping: "bad", lying: "bad", missing: "warn", excluded: "unknown" };

const none = <span class="muted">—</span>;
const since = (at: string | null) => (at ? ago(at) : none);

function Line({ target }: { target: Target }) {
  const words = campaigns();
  return (
    <tr>
      <td>
        <a class="mono" href={addressOf(target.device)}>
          {target.serial ?? target.device}
        </a>
      </td>
      <td>{target.model ?? none}</td>
      <td class="mono">
        {target.software_version ?? none}
        {target.version_before !== null && target.version_before !== target.software_version && <div class="muted small">{words.versionBefore(target.version_before)}</div>}
      </td>
      <td class="nowrap">
        <Pill tone={TONES[target.state]}>{words.targets[target.state]}</Pill>
      </td>
      <td>{target.cause ? causeName(target.cause) : none}</td>
      <td class="right">{target.wave ?? none}</td>
      <td class="right">{target.tries}</td>
      <td class="nowrap">{since(target.sent_at)}</td>
      <td class="nowrap">{since(target.last_contact)}</td>
    </tr>
  );
}

/** The list that is seen, as a file; those that failed more than once have none of their own. */
const wishOf = (campaign: Campaign, { estado, causa, onda }: Asked): Wish => ({
  campaign: campaign.id,
  ...(estado && estado !== "all" && { state: estado as Target["state"] }),
  ...(causa && { cause: causa }),
  ...(onda && { wave: Number(onda) }),
});

function List({ campaign, asked }: { campaign: Campaign; asked: Asked }) {
  const words = campaigns();
  const { estado, causa, onda, falhas } = asked;
  const list = useList<Target>(`/campaigns/${campaign.id}/targets` + query({ state: estado === "all" ? "" : estado, cause: causa, wave: onda, failures: falhas, limit: 50 }));
  const waves = Object.fromEntries(planOf(campaign).waves.map((_, i) => [String(i + 1), words.waveName(i + 1)]));
  return (
    <>
      <div class="filter-row" role="search">
        <Pick label={words.state} value={estado || "all"} choices={{ all: words.any, ...words.targets }} onPick={(value) => ask(campaign, { ...asked, estado: value })} />
        <Pick label={words.wave} value={onda} choices={{ "": words.anyWave, ...waves }} onPick={(value) => ask(campaign, { ...asked, onda: value })} />
        {falhas && <Button label={words.clearFailures} kind="quiet" onPress={() => ask(campaign, { ...asked, falhas: "" })} />}
        {causa && <Button label={words.clearCause(causeName(causa))} kind="quiet" onPress={() => ask(campaign, { ...asked, causa: "" })} />}
      </div>
      <p class="muted small">{words.listHint}</p>
      {!falhas && <Exporting key={campaign.id} wish={wishOf(campaign, asked)} />}
      <Loaded data={list.rows} problem={list.problem} again={() => void list.again()}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="search" text={words.noDevices} />
          ) : (
            <TableOf label={words.list} head={[words.serial, words.model, words.version, words.state, words.cause, { right: words.wave }, { right: words.tries }, words.sent, words.contact]}>
              {rows.map((target) => (
                <Line key={target.device} target={target} />
              ))}
            </TableOf>
          )
        }
      </Loaded>
      {list.next && <Button label={a().common.more} busy={list.busy} onPress={() => void list.more()} />}
    </>
  );
}

export function Targets({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const here = useRef<HTMLElement>(null);
  const asked = askedNow();
  const isAsked = asked.estado !== "" || asked.causa !== "" || asked.falhas !== "";
  // Whoever presses a cause further up wants to see who they are.
  useEffect(() => {
    if (isAsked) here.current!.scrollIntoView({ block: "start" });
  }, [isAsked, asked.causa]);
  return (
    <section ref={here} class="stack tight targets">
      <div class="page-head">
        <h2>{words.list}</h2>
        {!isAsked && <Button label={words.showDevices} icon="table" kind="quiet" onPress={() => ask(campaign, { ...asked, estado: "all" })} />}
      </div>
      {isAsked && <List campaign={campaign} asked={asked} />}
    </section>
  );
}
