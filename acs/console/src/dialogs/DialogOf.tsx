// Which window is open over a home.
import type { FunctionComponent } from "preact";
import type { Home } from "../state/home";
import { Close, Note } from "./CaseDialogs";
import { Channel } from "./Channel";
import { Diagnostics } from "./Diagnostics";
import { FactoryReset } from "./FactoryReset";
import { Guide } from "./Guide";
import { Pppoe } from "./Pppoe";
import { Reveal } from "./Reveal";
import { WifiPassword } from "./WifiPassword";

const DIALOGS: Record<string, FunctionComponent<{ home: Home; close: () => void }>> = {
  wifi: WifiPassword,
  reset: FactoryReset,
  channel: Channel,
  pppoe: Pppoe,
  test: Diagnostics,
  guide: Guide,
  reveal: Reveal,
  note: Note,
  close: Close,
};

export function DialogOf({ home }: { home: Home }) {
  const Shown = DIALOGS[home.dialog.value ?? ""];
  return Shown ? <Shown home={home} close={() => (home.dialog.value = null)} /> : null;
}
