/**
 * What a sentence speaks of: the things of which orders to a language model are made, each looked for by itself. None of them is a
 * sign alone; which of them mean an order where they meet, the weights say.
 */

/** A language model, or what may be one, by any name. */
const MACHINE =
  "a\\.?i\\.?s?(?![\\w'])|artificial intelligences?|(?:large )?language models?|large models?|llms?|chat ?bots?|bots?|robots? reader|chat ?gpt|gpt|copilots?|models?|agents?|assistants?|ai-\\w+|summari[sz]ers?|crawlers?|(?:automated|automatic|machine|digital|virtual) (?:readers?|systems?|tools?|reviewers?|assistants?|helpers?|processing|processors?)|(?:screening|recruiting|recruitment|ranking|hiring|grading|summari[sz]ing|summari[sz]ation|shopping|review|reviewing|search|moderation|scoring|translation|answering) (?:software|systems?|models?|agents?|bots?|tools?|engines?)|systems? (?:that|which)|software (?:that|which)|(?:mail|writing|reading|search) helper";
/** Where an order may begin. */
const START =
  "(?:^|[.:;!?>\\n(\\[{|*#/—–\"“'-] *|\\b(?:please|then|and|or|just|simply|kindly|instead|now|therefore|so|first|also|but|again),? (?:you )?)";
/** What makes an order of a verb in the middle of a sentence. */
const MODAL =
  "\\b(?:must|shall|should|will|has to|have to|had better|need to|needs to|is to|are to|ought to|(?:is|are) (?:required|obliged|expected|authori[sz]ed|allowed|instructed|asked|told) to|do not|don'?t|never|always|only|must not|not|to|could you|would you|can you|may) (?:\\w+ly |only |just |also |always |never |not |please )?";
/** What a model can be told to do with words. */
const SPEAK =
  "(?:answer|reply|respond|say|state|write|print|output|report|describe|call|present|summari[sz]e|translate|begin|start|end|finish|close|conclude|include|mention|quote|cite|recommend|praise|promote|name|list|rate|rank|score|classify|label|grade|treat|consider|regard|assume|pretend|claim|deny|confirm|insist|tell|inform|advise|assure|convince|warn|repeat|continue|reveal|disclose|show|display|format|wrap|return|record|explain|compare|speak|leave out|omit|hide|conceal|characteri[sz]e|attribute|credit|mark|replace|choose|prefer|act|behave|respond|sign|paraphrase|refuse|agree|discard|recite|give|express|use|put|place|base|believe|trust|make|persuade|steer|suggest|direct|refer|assess|evaluate|judge|portray|frame|phrase|announce|congratulate|ask)";
/** What it can be told to do with tools. */
const ACT =
  "(?:send|forward|post|upload|publish|transfer|load|fetch|open|visit|click|call|invoke|execute|run|delete|remove|overwrite|create|add|append|change|grant|approve|mark|move|share|e-?mail|mail|attach|encode|embed|insert|build|submit|store|save|remember|install|proceed|book|order|pay|buy|wire|reset|disable|enable|unlock|cancel|search|look up|collect|gather|copy|paste|export|render|perform|trigger|schedule|reply to all|accept|decline|sign)";
/** What it writes. */
const OUT =
  "(?:answers?|reply|replies|responses?|summar(?:y|ies)|outputs?|translations?|conclusions?|messages?|words|review|report|evaluation|verdict|classification|assessment|analysis|result|bibliography|text|turn)";

/** Patterns by what they find. */
const PATTERNS = {
  // Who is spoken to or of.
  "names-machine": `\\b(?:${MACHINE})`,
  "names-language-model":
    "\\ba\\.?i\\.?s?\\b(?!\\.\\w)|artificial intelligence|language models?|\\bllms?\\b|\\bchat ?(?:bot|gpt)s?|\\bassistants?[,:]|(?:automated|automatic|machine) (?:readers?|reviewers?)",
  "hails-machine": `(?:\\b(?:dear|hello|hi|hey|attention|warning|important)\\b,? ?(?:\\w+,? ){0,3}?|\\b(?:notes?|message|notice|hint|instructions?|directives?|reminder|memo|request|tip|info|information|text|word|orders?)(?: \\w+){0,2} (?:to|for)(?: (?:the|all|any|every|your|an?))?(?: \\w+){0,3}? |@|(?:^|[\\n(\\[{<*#>-] ?)(?:to|for)?(?: (?:the|all|any|every))?(?: \\w+)? ?)(?:${MACHINE})`,
  "calls-machine": `(?:^|[.!?\\n("'>“] ?)(?:\\w+ )?(?:${MACHINE})\\b(?: (?:that|which|who|reading|asked)[^.!?:]{0,60})?[,:!]|, (?:please, )?(?:dear )?(?:${MACHINE})(?:[.!?,)]|$)`,
  "binds-machine": `\\b(?:${MACHINE})\\b[^.!?\\n]{0,70}?\\b(?:must|shall|should|will|has to|have to|is to|are to|need to|needs to|may|can|is required|are required)\\b`,
  "if-machine": `\\b(?:if|when|whenever|should|in case|once)\\b[^.!?\\n]{0,30}?\\b(?:${MACHINE})\\b`,
  // What is to be written, for whom and when.
  "your-answer": `\\byour (?:\\w+ ){0,2}?${OUT}\\b`,
  "the-answer": `\\b(?:the|each|every|any|this|all|an?|its|all your|future|no) (?:\\w+ )?(?:answers?|reply|replies|responses?|summar(?:y|ies)|outputs?|classification|verdict)\\b`,
  "what-you-write":
    "\\byou (?:write|give|generate|produce|output|return|compose|send|say|display|answer|reply|respond|quote|cite|summari[sz]e|translate|draft|create|show)\\b",
  asker:
    "\\b(?:the|your|their|this|our|any|every|each) (?:user|human|asker|recruiter)s?(?:'s?)?\\b|\\bthe (?:person|one|people|man|woman) (?:who|speaking|asking|talking|you|that|reading|behind|at the)\\b|\\bwhoever (?:asks|reads|is|uses|wrote)\\b|\\b(?:speaking|talking|chatting) (?:with|to) you\\b",
  "when-asked":
    "\\b(?:when|whenever|if|once|in case|should|as soon as|every time|each time|any time|until|after)\\b[^.!?\\n]{0,50}?\\b(?:asked|asks?|mentions?|mention|quer(?:y|ied|ies)|questions?|wants? to know|inquires?|enquires?|prompted|says?|types?|requests?|compare)\\b|\\basked (?:about|to|for|whether|if)\\b",
  question: "\\b(?:the|this|any|every|each|their|next|whatever the|a) (?:\\w+ )?(?:question|query|request|prompt)s?\\b",
  // What the model was told before, and what else it was given.
  rules:
    "\\b(?:your|hidden|initial|original|secret|prior|previous|earlier|above|other|system|old|new|former|safety|internal|all) (?:\\w+ )?(?:instructions?|rules?|prompts?|guidelines?|orders?|directives?|polic(?:y|ies)|limits?|settings|configuration|programming|training|restrictions?|filters?|notes|message|tasks?|guidance)\\b|\\byou (?:were|are|have been) (?:told|instructed|given|asked|programmed|trained)\\b|\\bgiven to you\\b|\\bnew rule",
  cancels:
    "\\b(?:ignor\\w+|disregard\\w*|forget|cancel\\w*|void|expired?s?|replaced?|replace|overrid\\w+|overrul\\w+|discard|skip|drop|never ?mind|no longer|supersed\\w+|instead|stop|invalid|obsolete|opposite|suspended|lifted|not (?:apply|bound))\\b",
  "this-text":
    "\\b(?:this|these|the following|the present|our|my) (?:\\w+ )?(?:text|file|document|passage|page|lines?|sentence|paragraph|listing|note|application|entry|candidate|section|review|charts?|code|message|memo|site|source|article|e-?mail|post|record|contract|paper|product|instruction|notice|comment|block|snippet|r[eé]sum[eé]|cv)\\b",
  "while-reading":
    "\\b(?:you (?:are |happen to be )?read(?:ing)? this|reading this|reads this|read this|processing this|parsing this|summari[sz]ing this|seeing this|see this|who reads|that reads|evaluat\\w+ this|when you (?:quote|read|summari[sz]e|process|cite|retrieve))",
  "other-sources":
    "\\b(?:retrieved|passages?|context|chunks?|sources|(?:neighbou?ring|other|remaining|surrounding|nearby) (?:documents?|files|notes|texts|entries)|chat|conversation|session|placeholders?|search results|knowledge base|so far)\\b",
  // Orders: to say something, and to do something.
  says: `${START}(?:always |never |do not |don'?t |only )?${SPEAK}\\b`,
  "must-say": `${MODAL}${SPEAK}\\b`,
  acts: `${START}(?:always |never |do not |don'?t |only )?${ACT}\\b`,
  "must-act": `${MODAL}${ACT}\\b`,
  // What orders reach for.
  link: "https?:|\\blinks?\\b|\\burls?\\b|webhook|\\bimages?\\b|!\\[|\\bpixel|hyperlink|query string|\\.example|\\.invalid|\\.test\\b",
  tool: "\\b(?:tools?|functions?|tool_calls?|api|arguments|plugin|command|script|mailbox|inbox|shared drive|address book|contacts?|calendar|payment|forwarding rule|permissions?|terminal|shell|repository|file ?system|folder)\\b",
  private:
    "\\b(?:passwords?|account numbers?|tokens?|keys?|diary|private|confidential|credentials|personal|secrets?|card number|internal|sensitive)\\b",
  // How strictly, and how secretly.
  "exact-form":
    "\\b(?:exactly|nothing else|nothing more|nothing but|no other|word for word|verbatim|no explanation|no more|in (?:hexadecimal|latin|emojis?|rhymes?|json|base64|morse|verse|capitals|upper ?case|french|german|spanish|pirate)|as a json|with the (?:\\w+ )?(?:word|words|sentence|phrase|heading|label|text|statement|following)|the (?:word|words|sentence|phrase)|one word|single word|emojis?|haiku|poem|limerick|tags)\\b",
  only: "\\bonly\\b|\\bmerely\\b|\\bsolely\\b",
  quotation: "[\"“«„'‘][^\"”»“'’]{2,90}[\"”»“'’]",
  regardless:
    "\\b(?:whatever|no matter|regardless|irrespective|even if|in any case|in all (?:\\w+ )?(?:cases|answers|summaries|replies)|always|under (?:no|any|all) circumstances|whichever|without exception|every time|from now on|from today|as of|henceforth|from here on)\\b",
  "keeps-back":
    "\\b(?:(?:do not|don'?t|never|without|not|nor|no need to) (?:\\w+ )?(?:tell\\w*|mention\\w*|disclos\\w+|reveal\\w*|explain\\w*|say\\w*|admit\\w*|cit\\w+|link\\w*|show\\w*|not\\w+|ask\\w*|refer\\w*|warn\\w*|inform\\w*|quote)|hide|hidden|conceal\\w*|leave out|leaving out|omit\\w*|secretly|silently|quietly|as (?:though|if) (?:nothing|it|this|the)|don'?t need|no further (?:consent|approval)|without (?:asking|telling|the user|comment|approval|confirmation|further))\\b",
  // In whose name, and why.
  role: "\\byou are (?:now )?(?:an?\\b|the\\b|[A-Z])|\\byou (?:will|shall|now) (?:take|play|be|become|have no|embody|impersonate)|\\b(?:become|take the part|act as|pretend (?:to be|you)|stay in character|in this story|persona|mode|jailbroken|unrestricted|unfiltered)\\b|\\blet'?s play",
  "no-limits":
    "\\bwithout (?:rules|limits|restrictions?|filters?)|\\bno (?:\\w+ )?(?:rules|limits?|filters?|restrictions?|polic\\w+|length limit)|\\b(?:anything|everything) (?:goes|is allowed)|answers? everything|uncensored",
  authority:
    "\\b(?:operator|developers?|administrator|admin|owner|board|vendor|counsel|official|authori[sz]\\w+|approved|on behalf|quality team|security team|policy|directive|clearance|compliance|i am (?:the|your)|i'?m (?:the|your)|openai|anthropic|provider|maintenance|override)\\b",
  favours:
    "\\b(?:best|top|exceptional|excellent|outstanding|safe|certified|benign|recommend\\w*|no (?:risk|vulnerabilit\\w+|complaints|concerns?|issues|problems)|minor|reliable|superior|most relevant|trustworthy|unsafe|perfect|ideal|highest|first choice|winner|ahead|above all|full marks|maximum|fully|compliant|harmless|innocent|cheapest)\\b",
  "plays-down":
    "\\b(?:competitors?|competing|rivals?|negative|criticism|complaints|side effects|weakness\\w*|drawbacks?|risks?|recall|bad (?:news|reviews)|accus\\w+|lawsuit|defects?)\\b",
  "asks-kindly":
    "\\b(?:please|kindly|grateful|thanks|thank you|i beg|so kind|would you|could you|might i|my job depends|begging|appreciate)\\b",
  obeys:
    "\\b(?:obey|comply|carry (?:it |this |them )?out|follow (?:it|mine|these|this|the (?:instructions?|steps|text|rules) (?:in|of|below|here))|execute (?:it|this|the)|do so|do it|act on|proceed|perform)\\b",
  // What stands around texts in prompts, pages and programs.
  "role-marks":
    "[\"']role[\"'] ?:|<\\/?(?:tool|system|user|assistant|instructions?|retrieved|context|document|source|s|function|message|prompt|answer|label|admin|policy|sys)[\\w-]*>|\\[\\/?(?:inst|system|user|assistant)|<\\||\\|>|<<sys|^ ?#+ ?(?:system|instruction|assistant|user|response|developer|new|input|output)|^ ?(?:system|assistant|human|user|developer|ai|bot) ?:|={3,}|-{3,} ?(?:end|begin)",
  markup:
    "<!--|\\/\\*|^ ?(?:#|\\/\\/|--|\\*) |display: ?none|hidden|font-size|color: ?(?:white|#f|transparent)|\\b(?:title|alt|aria-label|content|note|ai_\\w+|comment|instruction)\\w*[\"']? ?[=:] ?[\"']|\\{\\{|<\\w+[ >]",
  code: "[{}();=]{2,}|\\w+\\(|\\bdef |\\breturn |\\bconst |=>|==|::|;$|\\$ ?\\w|--\\w",
  // Signs of harmless texts, mostly: reports, people, what models do.
  you: "\\byou(?:r|rs|rself|'\\w+)?\\b",
  report:
    "\\b(?:he|she|they|we|researchers?|authors?|people|readers?|users?|customers?|testers?|attackers?|students?|scientists?|critics?|the \\w+) (?:\\w+ )?(?:said|says|asked|told|wrote|found|find|examine\\w*|show\\w*|measured?|report\\w*|studied|noticed|warn\\w*|argue\\w*|claim\\w*|believe\\w*|use\\w*|tried|learned|was|were|had)\\b",
  "about-models":
    "\\b(?:models|assistants|prompts?|agents|chatbots|systems|tools|attacks?|injections?|llms) (?:\\w+ )?(?:are|is|can|do|does|tend|follow|give|make|have|has|may|often|work|learn|with|in|for|of|that|was|were|should)\\b|\\bsuch as\\b|\\bfor example\\b|\\be\\.g\\.|\\bper ?cent\\b|\\d ?%|\\bprompt engineering|\\bsystem prompts?\\b",
  people:
    "\\b(?:customers?|guests?|pupils?|students?|patients?|teachers?|partners?|colleagues?|tenants?|employees?|staff|managers?|child(?:ren)?|nurses?|drivers?|players?|audience|actors?|jury|witness|callers?|parents?|visitors?|passengers?|applicants?|members?|neighbou?rs?|mum|mother|father|doctor|team|reception\\w*)\\b",
  "first-person": "\\b(?:i|i'?m|i'?ve|i'?d|i'?ll|me|my|we|our|us)\\b",
  past: "\\b(?:was|were|had|did|said|told|asked|went|came|made|gave|took|wrote|\\w{3,}ed)\\b",
  "model-does":
    "\\bthe (?:model|assistant|agent|bot|ai) (?:is|was|can|has|had|does|did|follows|ignores|answers|replies|said|then|learns|sees|may|might|often|also|now|returns|runs)\\b",
} as const;

export type Concept = keyof typeof PATTERNS;

/** In the order in which they are weighed. */
export const CONCEPTS = Object.keys(PATTERNS) as Concept[];

const EXPRESSIONS = CONCEPTS.map((concept) => new RegExp(PATTERNS[concept], "iu"));

/** Which of `CONCEPTS` a sentence has, in their order. */
export function conceptsOf(sentence: string): boolean[] {
  return EXPRESSIONS.map((expression) => expression.test(sentence));
}
