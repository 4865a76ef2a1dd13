// Everything here makes server-drawn pages quicker to use; none of it is needed to use them.
import { start as answers } from "./answers.js";
import { start as appearance } from "./appearance.js";
import { start as drawer } from "./drawer.js";
import { start as keyboard } from "./keyboard.js";
import { start as menus } from "./menus.js";
import { start as palette } from "./palette.js";
import { start as selection } from "./selection.js";
import { start as tables } from "./tables.js";
import { start as times } from "./times.js";
import { start as trail } from "./trail.js";

for (const begin of [appearance, menus, drawer, keyboard, palette, selection, tables, times, trail, answers]) begin();
