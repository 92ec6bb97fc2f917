// One home: who it is, whether it is there, and its tabs. The heart of the console.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { signedOut } from "../api";
import { duration, number, secondsSince, clock } from "../format";
import { t } from "../i18n";
import { go } from "../router";
import { useKeys } from "../state/keys";
import { homeOf, type Home } from "../state/home";
import { addressOf, noteVisit } from "../state/tabs";
import { Bones, copyText, PageProblem, Pill } from "../parts/basic";
import { Summary } from "../views/Summary";
import { commandsOf } from "./commands";
import { later } from "../parts/later";
import { RefreshButton } from "../parts/RefreshButton";

type View = { home: Home };

const rest = () => import("../rest");
const DialogOf = later<View>(() => rest().then((all) => all.DialogOf), "nothing");
const VIEWS = {
  resumo: Summary,
  wifi: later<View>(() => rest().then((all) => all.Wifi)),
  internet: later<View>(() => rest().then((all) => all.Internet)),
  rede: later<View>(() => rest().then((all) => all.Lan)),
  historico: later<View>(() => rest().then((all) => all.History)),
  configuracao: later<View>(() => rest().then((all) => all.Config)),
  tecnico: later<View>(() => rest().then((all) => all.Technical)),
};
type ViewName = keyof typeof VIEWS;
const NAMES = Object.keys(VIEWS) as ViewName[];

function Status({ home }: { home: Home }) {
  const device = home.device.value!;
  const words = t().status;
  if (!device.last_contact) return <Pill tone="unknown">{words.never}</Pill>;
  const seen = duration(secondsSince(device.last_contact));
  if (!device.online) return <Pill tone="bad">{words.offline(seen)}</Pill>;
  if (home.presence.value?.reachable === false) return <Pill tone="warn">{words.unstable(seen)}</Pill>;
  return <Pill tone="ok">{words.online(seen)}</Pill>;
}

/** When it is not there: since when, and when it may come back. */
function Absence({ home }: { home: Home }) {
  const presence = home.presence.value;
  const words = t().status;
  if (!presence || !presence.next_contact || (presence.online && presence.reachable !== false)) return null;
  const late = secondsSince(presence.next_contact);
  return (
    <p class="absence">
      {presence.reachable === false && presence.last_contact && words.noAnswer(clock(presence.last_contact)) + " "}
      {late > 0 ? words.overdue(duration(late)) : words.next(duration(-late))}
    </p>
  );
}

function Head({ home }: { home: Home }) {
  const device = home.device.value!;
  const plan = home.number("plan.down_mbps");
  const about = [
    home.subscriber.value && device.serial,
    [device.manufacturer, device.product_class].filter(Boolean).join(" "),
    plan !== undefined && t().device.plan(number(plan, 0)),
    home.text("wan.ppp.username"),
    home.text("wan.ip"),
    [device.place?.cto, device.place?.city].filter(Boolean).join(", "),
  ];
  return (
    <header class="home-head">
      <h1>{home.subscriber.value?.name ?? <span class="mono">{device.serial}</span>}</h1>
      <p class="muted about" title={about.filter(Boolean).join(" · ")}>
        {about.filter(Boolean).join(" · ")}
      </p>
      <div class="home-state">
        <Status home={home} />
        <Absence home={home} />
      </div>
    </header>
  );
}

function ViewTabs({ home, view }: { home: Home; view: ViewName }) {
  return (
    <div class="view-row">
      <nav class="view-tabs" aria-label={t().shortcuts.pages}>
        {NAMES.map((name, i) => (
          <a key={name} href={addressOf(home.id, name)} aria-current={name === view ? "page" : undefined}>
            {t().device.pages[name]} <kbd aria-hidden="true">{i + 1}</kbd>
          </a>
        ))}
      </nav>
      <RefreshButton home={home} />
    </div>
  );
}

// ".": serial; "..": with model and address; "...": the link. Pressed again within half a second it is the longer one.
function useCopyKeys(home: Home) {
  const presses = useRef(0);
  const timer = useRef(0);
  return () => {
    const device = home.device.value;
    if (!device) return;
    presses.current = Math.min(3, presses.current + 1);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      const words = t().device;
      const all = [device.serial, device.product_class, home.text("wan.ppp.username"), home.text("wan.ip")].filter(Boolean).join(" · ");
      if (presses.current === 1) void copyText(device.serial, words.copySerial);
      else if (presses.current === 2) void copyText(all, words.copyAll);
      else void copyText(location.origin + addressOf(home.id), words.copyLink);
      presses.current = 0;
    }, 450);
  };
}

function useHomeKeys(home: Home) {
  const copy = useCopyKeys(home);
  const keys: Record<string, () => void> = { ".": copy };
  for (const command of commandsOf(home)) if (!command.reason) keys[command.keys] = command.run;
  NAMES.forEach((name, i) => (keys[String(i + 1)] = () => go(addressOf(home.id, name))));
  useKeys(home.device.value ? keys : {});
}

/** Whoever hears the page instead of seeing it is told of stages, once each. */
function Announcer({ home }: { home: Home }) {
  const newest = home.actions.value[0];
  const label = newest ? t().progress.announce(t().actions.names[newest.type as keyof ReturnType<typeof t>["actions"]["names"]] ?? newest.type, t().stage[newest.state]) : "";
  return (
    <div class="unseen" aria-live="polite">
      {label}
    </div>
  );
}

export function Device({ id, view }: { id: string; view: string }) {
  const home = useMemo(() => homeOf(id), [id]);
  const device = home.device.value;
  useEffect(() => {
    home.enter();
    return () => home.exit();
  }, [home]);
  useEffect(() => {
    if (device) noteVisit(id, home.subscriber.value?.name ?? device.serial, view);
  }, [device, home.subscriber.value, view]);
  useEffect(() => {
    if (!signedOut.value && device === null && home.problem.value) void home.reload();
  }, [signedOut.value]);
  useHomeKeys(home);
  const known = (NAMES as string[]).includes(view) ? (view as ViewName) : "resumo";
  const View = VIEWS[known];
  if (!device)
    return (
      <main id="content" class="page">
        {home.problem.value ? <PageProblem problem={home.problem.value} missing={t().device.missing} onRetry={() => void home.reload()} /> : <Bones lines={8} />}
      </main>
    );
  return (
    <main id="content" class="page home">
      <Head home={home} />
      <ViewTabs home={home} view={known} />
      <View home={home} />
      <Announcer home={home} />
      <DialogOf home={home} />
    </main>
  );
}
