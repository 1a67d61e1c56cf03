// What is held about a visitor: the countdown, and the question before everything is erased.

import "./countdown.js";
import { askBefore } from "./sheets.js";

askBefore();
