// What one may do, in plain words and groups, to be ticked.
import type { RoleList } from "../../api";
import { a } from "../../i18n/admin";

export type Role = RoleList["data"][number];

export interface RightGroup {
  title: string;
  rights: Array<[name: string, text: string]>;
}

/** Everybody has it: nobody is asked about it. */
export const EVERYBODYS = "me.read";

/** The rights that some role has, in groups. What this console has no words for is shown by its name, in a group of its own. */
export function groupsOf(roles: Role[]): RightGroup[] {
  const known = new Set(roles.flatMap((role) => role.capabilities));
  known.delete(EVERYBODYS);
  const groups = Object.values(a().capabilities).map((group) => ({ title: group.title, rights: Object.entries<string>(group.of).filter(([name]) => known.has(name)) }));
  const told = new Set(groups.flatMap((group) => group.rights.map(([name]) => name)));
  const others = [...known].filter((name) => !told.has(name)).map((name): [string, string] => [name, name]);
  return others.length ? [...groups, { title: a().roles.others, rights: others }] : groups;
}

interface CapabilitiesProps {
  label: string;
  roles: Role[];
  chosen: string[];
  original?: string[]; // what differs from these is marked
  onChange: (names: string[]) => void;
}

export function Capabilities({ label, roles, chosen, original, onChange }: CapabilitiesProps) {
  const toggle = (name: string) => onChange(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  const differs = (name: string) => original && original.includes(name) !== chosen.includes(name);
  return (
    <div class="scroll capability-list" tabIndex={0} role="region" aria-label={label}>
      {groupsOf(roles).map((group) => (
        <fieldset key={group.title} class="capability-group">
          <legend>{group.title}</legend>
          {group.rights.map(([name, text]) => (
            <label key={name} class="tick">
              <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
              <span>
                {text}
                {differs(name) && <b class="differs"> · {chosen.includes(name) ? a().roles.more : a().roles.less}</b>}
              </span>
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
