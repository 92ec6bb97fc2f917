// What is the matter, what to say, what to do, and what is being done.
import { t } from "../i18n";
import { secondsSince } from "../format";
import { hasEnded, type Home } from "../state/home";
import type { Action } from "../api";
import { commandsOf, type Command } from "../pages/commands";
import { Card } from "../parts/basic";
import { later } from "../parts/later";
import { Icon } from "../parts/Icon";
import { Keys } from "../parts/basic";
import { ActionCard } from "../parts/Stages";
import { Chart } from "../parts/Chart";
import { CasePanel } from "../parts/CasePanel";
import { WhoCard } from "../parts/WhoCard";
import { Timeline } from "../parts/Timeline";
import { marksOf } from "../parts/marks";
import { Tiles } from "./Tiles";
import { VerdictCard } from "./VerdictCard";

const TrustNote = later<{ home: Home }>(() => import("../rest").then((all) => all.TrustNote), "nothing");

const SHOWN_AFTER_S = 90;

function CommandButton({ command }: { command: Command }) {
  return (
    <button
      type="button"
      class={"command" + (command.danger ? " danger-text" : "")}
      aria-disabled={!!command.reason || undefined}
      aria-keyshortcuts={command.keys}
      title={command.reason ?? undefined}
      onClick={() => command.reason || command.run()}
    >
      <Icon name={command.icon} />
      <span>{command.label}</span>
      <Keys keys={command.keys} />
    </button>
  );
}

function QuickActions({ home }: { home: Home }) {
  return (
    <Card title={t().actions.title} kind="commands">
      {commandsOf(home)
        .filter((command) => command.main)
        .map((command) => (
          <CommandButton key={command.name} command={command} />
        ))}
      {home.device.value?.online === false && <p class="small muted">{t().actions.offline}</p>}
    </Card>
  );
}

/** What is under way, and what has just ended; reading, and what the server does of its own accord, are no news once over. */
function shown(home: Home): Action[] {
  const isNews = (action: Action) => {
    if (action.type === "credentials.rotate") return false;
    if (!hasEnded(action)) return true;
    return secondsSince(action.ended_at!) < SHOWN_AFTER_S && (action.type !== "refresh" || action.state === "failed");
  };
  return home.actions.value.filter(isNews).slice(0, 3);
}

function Signal({ home }: { home: Home }) {
  const words = t();
  const drawn = home.value("wan.optical.rx_dbm") !== undefined ? "wan.optical.rx_dbm" : home.value("wan.dsl.down_margin_db") !== undefined ? "wan.dsl.down_margin_db" : "device.uptime_s";
  const title = words.facts[drawn];
  const limits = drawn === "wan.optical.rx_dbm" ? [{ value: -27, tone: "bad" as const }, { value: -25, tone: "warn" as const }] : [];
  return (
    <Card>
      <Chart device={home.id} name={drawn} title={`${title} · ${words.time.last24h}`} limits={limits} marks={marksOf(home)} />
    </Card>
  );
}

export function Summary({ home }: { home: Home }) {
  return (
    <div class="columns">
      <div class="column">
        <TrustNote home={home} />
        <VerdictCard home={home} />
        <Tiles home={home} />
        {shown(home).map((action) => (
          <ActionCard key={action.id} action={action} home={home} />
        ))}
        <Signal home={home} />
      </div>
      <div class="column side">
        <QuickActions home={home} />
        <CasePanel home={home} />
        <Timeline home={home} limit={8} />
        {home.subscriber.value && <WhoCard subscriber={home.subscriber.value} />}
      </div>
    </div>
  );
}
