/** English words: what says nothing, what means the same, what means the opposite. Each is known by its {@link stem}. */

/** A word without the endings of inflection: enough to know "opens" and "opened" for "open". */
export function stem(word: string): string {
  let own = word;
  if (own.length > 4) {
    own = own
      .replace(/(?:ies|ied)$/, "y")
      .replace(/sses$/, "ss")
      .replace(/([^su])s$/, "$1");
  }
  if (own.length > 5) own = own.replace(/(?:ing|ed)$/, "").replace(/([bdfgklmnprt])\1$/, "$1");
  return own.length > 3 ? own.replace(/e$/, "") : own;
}

/** Words that say nothing of what a question is about. */
export const EMPTY: ReadonlySet<string> = new Set(
  (
    "a able about all also am an and any are as at be been being by called can cannot come comes could count counts did do does " +
    "doesn't don't didn't isn't aren't wasn't can't won't each exactly for from get gets go goes had happen happened happens has " +
    "have having he her him his how i i'm if in into is it it's its just kind let lot made make makes many may me must my need " +
    "not of often on one or our please possible reason s shall she should so some tell than that the their them then there these " +
    "they thing this those time to up us used was way we were what what's when where which while who whom whose why will with " +
    "would you your amount person place number year long much often words say said says meaning mean means word under"
  ).split(" "),
);

/** Words of which each may stand for the others of its set. */
const SYNONYMS = (
  "begin start beginning|end finish ending|big large size bigger|small little|tall height high|deep depth|heavy weight|far distance|old age|" +
  "wide width|fast speed quick|cost price expensive|buy purchase|win won winner|write wrote written writer author|speak spoke spoken|" +
  "lower reduce decrease lowers smaller|increase raise grow bigger|give gave given gives|take took taken|teach taught|build built|" +
  "find found|discover discovery discovered discoverer|invent inventor invention invented|die death died|bear born birth|" +
  "differ difference different|warranty guarantee|error mistake fault|repair fix mend|remove delete erase|enable activate|" +
  "turn_on enable|disable deactivate|show display|picture image photo|car automobile|doctor physician|work function operate|" +
  "fail failure stop|minimum smallest least|maximum largest biggest top most|edible eat|collapse fall|cause lead|buy bought|" +
  "sell sold|lose lost loss|choose chose choice select|use usage|see saw seen|know knew|leave left|say said|pay paid payment|" +
  "send sent|meet met meeting|measure measurement|replace replacement swap|contain include|cover include|allow permit|forbid prohibit|" +
  "free gratis|contact reach|return send_back|outcome result|symptom sign|inhabitant people|happen occur|need require|" +
  "story tale|holiday vacation|phone telephone|photo photograph|film movie|house home|child kid|job occupation|ill sick|" +
  "name title called|hide hid hidden|eat ate eaten|drink drank|steal stole stolen|break broke broken|make made|sing sang|" +
  "attach connect|cancel terminate|clean wash|mute silence|update upgrade|rainfall rain|founded establish|assist help support"
)
  .split("|")
  .map((set) => set.split(" "));

/** Of a stem, the first of its synonyms. */
const MEANINGS = new Map<string, string>();
for (const set of SYNONYMS)
  for (const word of set) if (!MEANINGS.has(stem(word))) MEANINGS.set(stem(word), stem(set[0]!));

/** What a word means, as far as it is known: itself, by its stem, or the first of its synonyms. */
export function meaning(word: string): string {
  const own = stem(word);
  return MEANINGS.get(own) ?? own;
}

/** Numbers in words. */
export const NUMBER_WORDS: ReadonlyMap<string, string> = new Map(
  "zero one two three four five six seven eight nine ten eleven twelve"
    .split(" ")
    .map((word, value) => [word, `${value}`]),
);

/** Pairs of which one in the one question and the other in the other make them ask for opposites. */
export const OPPOSITES: readonly (readonly [string, string])[] = (
  "open close|open shut|start end|start finish|first last|first second|second third|first third|increase reduce|raise lower|" +
  "more less|more fewer|most fewest|most least|high low|highest lowest|maximum minimum|large small|longest shortest|longer shorter|" +
  "oldest youngest|old young|old new|import export|enable disable|on off|install uninstall|mute unmute|lock unlock|" +
  "connect disconnect|add remove|buy sell|win lose|before after|with without|include exclude|allow forbid|safe unsafe|" +
  "safe dangerous|full empty|hot cold|warm cold|left right|top bottom|north south|east west|up down|in out|" +
  "advantage disadvantage|benefit risk|benefit drawback|approve reject|accept reject|send receive|lend borrow|give take|" +
  "cause effect|love hate|friend enemy|war peace|day night|man woman|father mother|son daughter|brother sister|king queen|" +
  "husband wife|boy girl|edible poisonous|healthy unhealthy|online offline|push pull|boil freeze|summer winter|" +
  "spring autumn|morning evening|slow fast|early late|strong weak|strengthen weaken|build destroy|same different|" +
  "inside outside|public private|visible hidden|arrive depart|teacher student|parent child|adult child|black white"
)
  .split("|")
  .map((pair) => pair.split(" ").map(meaning) as [string, string]);
