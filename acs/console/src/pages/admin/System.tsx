// How the installation is: each part with its state, and what to do where it is not good.
import type { ComponentChild } from "preact";
import type { System as Answer, SystemState } from "../../api";
import { ago, bytes, duration, number, secondsSince, when } from "../../format";
import { overview, type OverviewWords } from "../../i18n/overview";
import { Card, Pill, Rows } from "../../parts/basic";
import { Icon } from "../../parts/Icon";
import { useLoad } from "../../parts/useLoad";
import { Loaded, TableOf } from "./common";

const LOOK_AGAIN_MS = 15000;

type Words = OverviewWords["system"];
type PartName = keyof Words["parts"];

/** What each part says of itself, in words. */
const SAYS: { [K in PartName]: (part: Answer[K], words: Words) => string } = {
  schema: ({ number: made, needed }, words) => (made === needed ? words.schema(String(made)) : words.schemaWrong(String(made), String(needed))),
  sessions: ({ open, per_second: rate }, words) => words.sessions(number(open, 0), rate === null ? words.notCounted : number(rate, 1)),
  actions: ({ waiting, running }, words) => words.actions(number(waiting, 0), number(running, 0)),
  outbox: ({ waiting, failing }, words) => words.outbox(number(waiting, 0), number(failing, 0)),
  database: (part, words) => words.database(bytes(part.bytes)),
  audit: ({ signed_at: at, unsigned }, words) => words.audit(at ? ago(at) : words.never, number(unsigned, 0)),
  figures: ({ at }, words) => (at ? words.figures(ago(at)) : words.notCounted),
  log: ({ lines_lost: lost }, words) => words.log(number(lost, 0)),
};

/** The order of the page: what is wrong first, then as in SAYS. */
const RANK: Record<SystemState, number> = { bad: 0, warn: 1, ok: 2 };

function Part({ name, system }: { name: PartName; system: Answer }) {
  const words = overview().system;
  const { state } = system[name];
  const says = SAYS[name] as (part: Answer[PartName], words: Words) => ComponentChild;
  return (
    <tr>
      <th scope="row">{words.parts[name]}</th>
      <td>
        <Pill tone={state} />
      </td>
      <td class="wrap">
        {says(system[name], words)}
        {state !== "ok" && <p class="small system-advice">{words.advice[name]}</p>}
      </td>
    </tr>
  );
}

function Summary({ wrong }: { wrong: number }) {
  const words = overview().system;
  return (
    <p class={"note tone-" + (wrong > 0 ? "warn" : "ok")} role="status">
      <Icon name={wrong > 0 ? "alert" : "check"} />
      <span>{wrong > 0 ? words.wrong(wrong) : words.well}</span>
    </p>
  );
}

export function System() {
  const words = overview().system;
  const { data, problem, again } = useLoad<Answer>("/system", LOOK_AGAIN_MS);
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
      </div>
      <Loaded data={data} problem={problem} again={again}>
        {(system) => {
          const names = (Object.keys(SAYS) as PartName[]).sort((one, other) => RANK[system[one].state] - RANK[system[other].state]);
          return (
            <>
              <Summary wrong={names.filter((name) => system[name].state !== "ok").length} />
              <TableOf label={words.title} head={[words.part, words.state, words.details]}>
                {names.map((name) => (
                  <Part key={name} name={name} system={system} />
                ))}
              </TableOf>
              <Card title={words.server}>
                <Rows
                  rows={[
                    [words.version, system.version],
                    [words.started, `${when(system.started_at)} (${duration(secondsSince(system.started_at))})`],
                  ]}
                />
              </Card>
            </>
          );
        }}
      </Loaded>
    </>
  );
}
