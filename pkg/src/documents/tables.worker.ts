/** A worker that reads tables. */

import { serveReader } from "./serve.js";
import { TABLE_PARSERS } from "./table-parsers.js";

serveReader(TABLE_PARSERS);
