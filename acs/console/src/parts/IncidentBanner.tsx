// An incident of an area outranks whatever one home shows: nobody looks for a cause that is known.
import type { Incident, IncidentList } from "../api";
import { clock } from "../format";
import { t } from "../i18n";
import { copyText } from "./basic";
import { Icon } from "./Icon";
import { useLoad } from "./useLoad";

export const scriptOf = (incident: Incident) => incident.text ?? t().incidents.say(incident.forecast ? clock(incident.forecast) : "");

export function IncidentBanner() {
  const { data } = useLoad<IncidentList>("/incidents?limit=3", 20000);
  const words = t().incidents;
  if (!data || data.data.length === 0) return null;
  return (
    <div class="banner tone-bad" role="status">
      <Icon name="alert" />
      <ul class="plain-list">
        {data.data.map((incident) => (
          <li key={incident.id}>
            <span>{words.banner(incident.silent - incident.back, incident.place, clock(incident.since))}</span>
            <button type="button" class="link" onClick={() => void copyText(scriptOf(incident), t().verdict.scriptCopied)}>
              {words.read}
            </button>
          </li>
        ))}
      </ul>
      <span class="spring" />
      <a class="link" href="/incidentes">
        {words.see}
      </a>
    </div>
  );
}
