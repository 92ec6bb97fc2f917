// Ask the device itself, now. While it is being read the button says so.
import { t } from "../i18n";
import { hasEnded, type Home } from "../state/home";
import { can } from "../state/session";
import { attempt } from "../pages/commands";
import { Button } from "./basic";

export function RefreshButton({ home }: { home: Home }) {
  const reading = home.actions.value.find((action) => action.type === "refresh" && !hasEnded(action));
  const words = t().device;
  return (
    <Button
      label={reading ? t().stage[reading.state] + "…" : words.refresh}
      icon="refresh"
      keys="u"
      kind="quiet"
      busy={!!reading}
      reason={can("actions.run") ? null : t().actions.forbidden}
      onPress={() => void attempt(home.run("refresh", { set: "light" }))}
    />
  );
}
