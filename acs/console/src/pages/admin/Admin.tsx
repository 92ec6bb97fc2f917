// Administration: one page beside the other. What a role may not do is not shown; who comes by an address is told so.
import type { ComponentChild } from "preact";
import { a } from "../../i18n/admin";
import { path } from "../../router";
import { can } from "../../state/session";
import { Empty } from "../../parts/basic";
import { Audit } from "./Audit";
import { Connectors } from "./Connectors";
import { Figures } from "./Figures";
import { Firmware } from "./Firmware";
import { Imports } from "./Imports";
import { People } from "./People";
import { Roles } from "./Roles";
import { System } from "./System";
import { Texts } from "./Texts";
import { Thresholds } from "./Thresholds";
import { Tokens } from "./Tokens";
import { Webhooks } from "./Webhooks";

const PARTS: Array<{ name: keyof ReturnType<typeof a>["admin"]["parts"]; may: string; show: () => ComponentChild }> = [
  { name: "numeros", may: "cases.all", show: () => <Figures /> },
  { name: "firmware", may: "firmware.read", show: () => <Firmware /> },
  { name: "importacoes", may: "imports.run", show: () => <Imports /> },
  { name: "textos", may: "texts.edit", show: () => <Texts /> },
  { name: "limites", may: "thresholds.edit", show: () => <Thresholds /> },
  { name: "pessoas", may: "users.manage", show: () => <People /> },
  { name: "funcoes", may: "me.read", show: () => <Roles /> },
  { name: "tokens", may: "users.manage", show: () => <Tokens /> },
  { name: "webhooks", may: "webhooks.manage", show: () => <Webhooks /> },
  { name: "conectores", may: "webhooks.manage", show: () => <Connectors /> },
  { name: "auditoria", may: "me.read", show: () => <Audit /> },
  { name: "sistema", may: "system.read", show: () => <System /> },
];

const HOME = "/administracao/";

function NotHere({ text, hint }: { text: string; hint: string }) {
  return (
    <>
      <h1>{a().admin.title}</h1>
      <Empty icon="alert" text={text} hint={hint} />
    </>
  );
}

export function Admin({ part }: { part: string }) {
  const words = a().admin;
  const mine = PARTS.filter((one) => can(one.may));
  const here = part === "" ? mine[0] : PARTS.find((one) => one.name === part);
  return (
    <main id="content" class="page admin">
      <nav class="side" aria-label={words.title}>
        {mine.map((one) => (
          <a key={one.name} href={HOME + one.name} aria-current={one === here ? "page" : undefined}>
            {words.parts[one.name]}
          </a>
        ))}
      </nav>
      <div class="stack" key={path.value}>
        {here && mine.includes(here) ? here.show() : <NotHere text={here ? words.forbidden : words.noPage} hint={here ? words.forbiddenHint : words.noPageHint} />}
      </div>
    </main>
  );
}
