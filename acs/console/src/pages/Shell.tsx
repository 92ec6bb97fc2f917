// What is around every page: where one can go, who is open, whether what is shown is live.
import { signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ComponentChild } from "preact";
import { isBack, lostSince, signedOut } from "../api";
import { clock } from "../format";
import { t } from "../i18n";
import { followLinks, go, match, path } from "../router";
import { shortcutsOpen, useKeys } from "../state/keys";
import { can, me, signOut } from "../state/session";
import { streamState } from "../state/stream";
import * as tabs from "../state/tabs";
import { tell } from "../state/toasts";
import { LanguageChoice, ThemeChoice } from "../parts/choices";
import { Empty, Keys } from "../parts/basic";
import { Icon, Mark } from "../parts/Icon";
import { fetchTheRest, later } from "../parts/later";
import { IncidentBanner } from "../parts/IncidentBanner";
import { Toasts } from "../parts/Toasts";
import { Desk } from "./Desk";
import { Device } from "./Device";
import { Login } from "./Login";
import { Palette, paletteOpen } from "./Palette";

const Fleet = later(() => import("./admin").then((all) => all.Fleet));
const Overview = later(() => import("./admin").then((all) => all.Overview));
const MyAccount = later(() => import("./admin").then((all) => all.Account));
const Admin = later(() => import("./admin").then((all) => all.Admin));
const campaigns = () => import("./campaigns");
const Campaigns = later(() => campaigns().then((all) => all.Campaigns));
const Campaign = later<{ id: string }>(() => campaigns().then((all) => all.Board));
const CampaignBuilder = later<{ id?: string }>(() => campaigns().then((all) => all.Builder));
const RepeatFailures = later(() => campaigns().then((all) => all.RepeatFailures));
const KillBanner = later(() => campaigns().then((all) => all.KillBanner), "nothing yet");
const StopAll = later<{ onClose: () => void }>(() => campaigns().then((all) => all.StopAll), "nothing");
const rest = () => import("../rest");
const Incidents = later(() => rest().then((all) => all.Incidents));
const Customer = later<{ id: string }>(() => rest().then((all) => all.Customer));
const Shortcuts = later(() => rest().then((all) => all.Shortcuts), "nothing");
const Inbox = later(() => rest().then((all) => all.Inbox));
const Handoff = later<{ id: string }>(() => rest().then((all) => all.Handoff));

const PAGES: Array<[string, (found: Record<string, string>) => ComponentChild]> = [
  ["/", () => <Desk />],
  ["/aparelho/{id}", (found) => <Device key={found.id} id={found.id!} view="resumo" />],
  ["/aparelho/{id}/{view}", (found) => <Device key={found.id} id={found.id!} view={found.view!} />],
  ["/cliente/{id}", (found) => <Customer key={found.id} id={found.id!} />],
  ["/fila", () => <Inbox />],
  ["/atendimento/{id}", (found) => <Handoff key={found.id} id={found.id!} />],
  ["/frota", () => <Fleet />],
  ["/frota/painel", () => <Overview />],
  ["/campanhas", () => <Campaigns />],
  ["/campanhas/nova", () => <CampaignBuilder />],
  ["/campanhas/falhas", () => <RepeatFailures />],
  ["/campanhas/{id}", (found) => <Campaign key={found.id} id={found.id!} />],
  ["/campanhas/{id}/editar", (found) => <CampaignBuilder key={found.id} id={found.id!} />],
  ["/incidentes", () => <Incidents />],
  ["/conta", () => <MyAccount />],
  ["/administracao", () => <Admin part="" />],
  ["/administracao/{part}", (found) => <Admin part={found.part!} />],
];

function Page() {
  for (const [pattern, page] of PAGES) {
    const found = match(pattern, path.value);
    if (found) return <>{page(found)}</>;
  }
  return (
    <main id="content" class="page">
      <h1>{t().app.notFound}</h1>
      <Empty icon="search" text={t().app.notFoundHint} />
      <p class="center">
        <a class="button" href="/">
          {t().app.backHome}
        </a>
      </p>
    </main>
  );
}

function NavLink({ to, label }: { to: string; label: string }) {
  const here = to === "/" ? path.value === "/" || path.value.startsWith("/aparelho") : path.value.startsWith(to) || (to === "/fila" && path.value.startsWith("/atendimento"));
  return (
    <a href={to} aria-current={here ? "page" : undefined}>
      {label}
    </a>
  );
}

function StreamState() {
  const words = t().stream;
  const lost = lostSince.value !== null || streamState.value === "lost";
  const state = lost ? "lost" : streamState.value;
  const label = lost && lostSince.value ? words.lostSince(clock(lostSince.value)) : words[state];
  return (
    <span class={"stream " + state} role="status" title={label}>
      <span class="dot" aria-hidden="true" />
      <span>{words[state]}</span>
    </span>
  );
}

const stopping = signal(false);

function Account() {
  const open = useSignal(false);
  const leave = (event: FocusEvent) => {
    if (!(event.currentTarget as Element).contains(event.relatedTarget as Node | null)) open.value = false;
  };
  return (
    <div class="account" onFocusOut={leave} onKeyDown={(event) => event.key === "Escape" && (open.value = false)}>
      <button type="button" class="account-button" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
        <Icon name="person" />
        <span>{me.value!.name}</span>
      </button>
      {open.value && (
        <div class="account-menu" tabIndex={-1}>
          <p class="muted">{[me.value!.login, me.value!.role].filter(Boolean).join(" · ") || me.value!.name}</p>
          <a class="button quiet" href="/conta" onClick={() => (open.value = false)}>
            <Icon name="person" /> {t().app.myAccount}
          </a>
          <LanguageChoice />
          <ThemeChoice />
          <button type="button" class="button quiet" onClick={() => ((open.value = false), (shortcutsOpen.value = true))}>
            <Icon name="keyboard" /> {t().shortcuts.menu} <kbd aria-hidden="true">?</kbd>
          </button>
          {can("campaigns.halt") && (
            <button type="button" class="button stop-all" onClick={() => ((open.value = false), (stopping.value = true))}>
              <Icon name="alert" /> {t().app.stopAll}
            </button>
          )}
          <button type="button" class="button" onClick={() => void signOut()}>
            {t().app.signOut}
          </button>
        </div>
      )}
    </div>
  );
}

function Tabs() {
  if (tabs.tabs.value.length === 0) return null;
  return (
    <nav class="tabs" aria-label={t().app.tabs}>
      {tabs.tabs.value.map((tab) => (
        <span key={tab.id} class="tab" data-here={path.value.startsWith(tabs.addressOf(tab.id)) || undefined}>
          <a href={tabs.addressOf(tab.id, tab.view)} aria-current={path.value.startsWith(tabs.addressOf(tab.id)) ? "page" : undefined}>
            {tab.title}
          </a>
          <button type="button" class="icon-button" aria-label={t().app.closeTab(tab.title)} onClick={() => tabs.close(tab.id)}>
            <Icon name="close" />
          </button>
        </span>
      ))}
    </nav>
  );
}

/** Without any of these there is nothing to administer; what each page needs is said in pages/admin/Admin.tsx. */
const ADMINISTERS = [
  ...["cases.all", "firmware.write", "firmware.approve", "imports.run", "texts.edit", "thresholds.edit"],
  ...["users.manage", "webhooks.manage", "audit.read", "system.read", "settings.manage"],
];

function Bar() {
  return (
    <header class="bar">
      <a class="brand" href="/">
        <Mark /> Farol
      </a>
      <nav class="bar-nav" aria-label={t().app.nav}>
        <NavLink to="/" label={t().app.desk} />
        {can("cases.all") && <NavLink to="/fila" label={t().escalate.inbox.nav} />}
        <NavLink to="/frota" label={t().app.fleet} />
        {can("campaigns.read") && <NavLink to="/campanhas" label={t().app.campaigns} />}
        <NavLink to="/incidentes" label={t().app.incidents} />
        {ADMINISTERS.some(can) && <NavLink to="/administracao" label={t().app.admin} />}
      </nav>
      <button type="button" class="bar-search" onClick={() => (paletteOpen.value = true)}>
        <Icon name="search" />
        <span>{t().search.open}</span>
        <Keys keys="/" />
      </button>
      <StreamState />
      <Account />
    </header>
  );
}

const RETRY_MS = 3000;

/** While the server is away it is asked again and again; what is on the page stays, with the time it is from. */
function Lost() {
  const lost = lostSince.value;
  useSignalEffect(() => {
    if (lostSince.value === null) return;
    const timer = setInterval(() => void isBack().then((back) => back && tell("ok", t().stream.back)), RETRY_MS);
    return () => clearInterval(timer);
  });
  if (lost === null) return null;
  return (
    <div class="banner tone-warn" role="alert">
      <Icon name="offline" />
      <span>
        {t().stream.banner} {t().stream.since(clock(lost))}
      </span>
    </div>
  );
}

const REST_MS = 300;

export function Shell() {
  useEffect(() => void setTimeout(fetchTheRest, REST_MS), []);
  useKeys({
    "/": () => (paletteOpen.value = true),
    "Ctrl+k": () => (paletteOpen.value = true),
    "?": () => (shortcutsOpen.value = true),
    "Shift+ArrowRight": () => tabs.step(1),
    "Shift+ArrowLeft": () => tabs.step(-1),
    "Shift+W": () => tabs.close(),
    h: () => go("/"),
  });
  return (
    <div class="shell" onClick={followLinks}>
      <a class="skip" href="#content">
        {t().app.skip}
      </a>
      <Bar />
      <Lost />
      {can("actions.read") && <KillBanner />}
      <IncidentBanner />
      <Tabs />
      <Page />
      {paletteOpen.value && <Palette />}
      {shortcutsOpen.value && <Shortcuts />}
      {stopping.value && <StopAll onClose={() => (stopping.value = false)} />}
      <Toasts />
      {signedOut.value && (
        <div class="over">
          <Login />
        </div>
      )}
    </div>
  );
}
