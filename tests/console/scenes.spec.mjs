// Every screen and window (scenes.mjs), in Portuguese by day and in English by night, at 1366 and at 900 px: nothing that axe finds wrong,
// nothing that the browser complains of, nothing wider than the window.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asToken, Farol, isClean, openBrowser, openPage, VIEW } from "./farol.mjs";
import { prepare, SCENES, show } from "./scenes.mjs";

let farol, door, browser;

before(async () => {
  farol = await Farol.start({ homes: 24 });
  await prepare(farol);
  door = await asToken(farol);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  door?.stop();
  await farol?.stop();
});

for (const [locale, colorScheme, width] of [["pt-BR", "light", 1366], ["en-US", "dark", 900]])
  for (const scene of SCENES)
    test(`${scene.name}, ${locale}, ${colorScheme}, ${width} px`, async () => {
      const context = await browser.newContext({ ...VIEW, viewport: { width, height: 768 }, locale, colorScheme });
      const page = await openPage(context);
      await show(page, door.url, scene, farol);
      await isClean(page);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, "wider than the window");
      await context.close();
    });
