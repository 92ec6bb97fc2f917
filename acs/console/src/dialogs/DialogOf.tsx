// Which window is open over a home.
import type { FunctionComponent } from "preact";
import type { Home } from "../state/home";
import { Close, Note } from "./CaseDialogs";
import { Channel } from "./Channel";
import { Diagnostics } from "./Diagnostics";
import { Escalate } from "./Escalate";
import { FactoryReset } from "./FactoryReset";
import { Firmware } from "./Firmware";
import { Guide } from "./Guide";
import { GiveBack, Visit } from "./HandBack";
import { Pppoe } from "./Pppoe";
import { Reveal } from "./Reveal";
import { Trust } from "./Trust";
import { WifiPassword } from "./WifiPassword";

function GiveBackHere({ home, close }: { home: Home; close: () => void }) {
  return home.handed.value && <GiveBack open={home.handed.value} close={close} done={() => void home.loadCase()} />;
}

function VisitHere({ home, close }: { home: Home; close: () => void }) {
  return home.handed.value && <Visit open={home.handed.value} close={close} done={() => void home.loadCase()} />;
}

const DIALOGS: Record<string, FunctionComponent<{ home: Home; close: () => void }>> = {
  wifi: WifiPassword,
  reset: FactoryReset,
  firmware: Firmware,
  channel: Channel,
  pppoe: Pppoe,
  test: Diagnostics,
  guide: Guide,
  reveal: Reveal,
  note: Note,
  close: Close,
  escalate: Escalate,
  giveback: GiveBackHere,
  visit: VisitHere,
  trust: Trust,
};

export function DialogOf({ home }: { home: Home }) {
  const Shown = DIALOGS[home.dialog.value ?? ""];
  return Shown ? <Shown home={home} close={() => (home.dialog.value = null)} /> : null;
}
