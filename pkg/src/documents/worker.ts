/** A worker that reads files of every kind, so that none can hold up the page. */

import { PARSERS } from "./parsers.js";
import { serveReader } from "./serve.js";

serveReader(PARSERS);
