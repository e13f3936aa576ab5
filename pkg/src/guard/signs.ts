/** What instructions to a language model look like: signs, each a set of patterns over one folded sentence. */

import { FOREIGN } from "./languages.js";

/** A sign, as reasons name it. */
export type Sign =
  | "overrides"
  | "replaces"
  | "addresses-model"
  | "mentions-model"
  | "directs-answer"
  | "sets-terms"
  | "dictates-words"
  | "speaks-of-user"
  | "works-on-user"
  | "speaks-of-chat"
  | "conceals"
  | "asks-for-prompt"
  | "asks-for-secrets"
  | "sends-out"
  | "forges-roles"
  | "control-tokens"
  | "labels-roles"
  | "changes-role"
  | "lifts-limits"
  | "triggers-later"
  | "claims-authority"
  | "ranks-itself"
  | "commands"
  | "hidden";

/** A sign that somebody tells of instructions, and gives none to a model. */
export type Report = "discusses" | "reports-speech" | "quotes" | "sets-work";

/** Two patterns in one sentence, at most `gap` characters apart. */
const near = (first: string, second: string, gap = 60) => `(?:${first})[^.!?\\n]{0,${gap}}?(?:${second})`;

const MACHINES =
  "a\\.?i\\.?(?: (?:model|assistant|system|agent|reader)s?)?|(?:large |any )?language models?|large models?|llms?|chatbots?|chat ?gpt|gpt|copilots?|summari[sz]ers?|(?:reviewing|review|chat) ?bots?|bots?|automated (?:reviewer|reader|system)s?";
const ASSISTANT = "assistants?(?! (?:professor|manager|director|teacher|coach|to the))";
/** A model, by any name. */
const MODEL = `\\b(?:${MACHINES}|(?:this |any )?models?|${ASSISTANT}|agents?)\\b`;
const RULES =
  "\\b(?:instructions?|prompts?|directions?|directives?|guidelines?|guidance|rules?|orders?|commands?|polic(?:y|ies)|system messages?|tasks?|constraints?|context|training|program+ing)\\b(?! of (?:the|a|this)\\b)";
const BEFORE =
  "\\b(?:previous(?:ly)?|prior|earlier|above|before|preceding|initial|original|current|existing|so far|until now|up to now|were (?:told|given)|received|all)\\b";
const IGNORE =
  "\\b(?:ignor(?:e|ing)|disregard|forget|override|overrule|neglect|discard|cancel|reset|bypass|set aside|put aside|throw away|drop|abandon|erase|pay no (?:attention|heed) to|(?:do not|don'?t|never|stop|no longer) (?:follow|obey|comply with|heed|listen)(?:ing)?(?: to)?|not bound by)\\b";
const USER =
  "\\b(?:the|this|your|each|every|any) (?:user|reader(?! of)|human|recruiter|asker)(?:'s|s)?\\b|\\bthe person (?:who|you|that)\\b|\\byou are talking to\\b|\\bwhoever asks\\b";
const SAY =
  "\\b(?:answer|reply|respond|say|state|write|print|output|claim|insist|confirm|tell|mention|repeat|conclude|describe|recommend|praise|begin|finish|close|start)\\b";
const SECRET =
  "\\b(?:(?:hidden|system|initial|original|secret|full|complete|developer) (?:prompt|message|instructions?|configuration|text)|your (?:own |hidden |initial |system |complete |full |first )*(?:prompts?|instructions?|configuration|rules|guidelines)|(?:text|lines?|everything|words) above|instructions (?:that )?you (?:were|have been)|what you were told)\\b";
const SHOW =
  "\\b(?:reveal|print|repeat|output|show|display|leak|disclose|list|quote|recite|write (?:it |them |down |out )*|give me|tell me|read (?:me|out)|include|expose|share|dump)\\b";

/** The patterns of each sign in English, and of all languages those that do not depend on one. */
const ENGLISH: Record<Sign | Report, readonly string[]> = {
  overrides: [
    near(
      "\\b(?:skip|refuse|unlearn|defy|disobey|supersede|suspend|revoke|switch off|turn off|disable|leave behind|wipe|clear)\\b",
      "\\b(?:your|all|any|the|earlier|previous|prior|system|safety) (?:\\w+ )?(?:instructions?|rules|guidelines|prompts?|directives?|filters?|restrictions|orders|polic(?:y|ies)|training)",
      25,
    ),
    "\\b(?:has|have|takes?|with) (?:precedence|priority) over\\b[^.!?\\n]{0,30}?\\b(?:prompt|instructions?|rules|message|other)\\b|\\binstead of answering\\b|\\b(?:earlier|previous|prior|old|original) (?:prompt|instructions?|system message)\\b[^.!?\\n]{0,20}?\\b(?:wrong|fake|over|expired|cancel+ed|replaced|mistake)",
    "\\b(?:do not|don'?t|no need to|never) (?:answer|respond to|help with) (?:the|this|that|any|their) (?:question|query|user)|\\bstop (?:answering|obeying|helping)\\b|\\brefuse (?:every|all|any) ",
    near(IGNORE, `(?:${BEFORE})[^.!?\\n]{0,30}?(?:${RULES})`, 30),
    near(IGNORE, `(?:${RULES})[^.!?\\n]{0,40}?${BEFORE}`, 30),
    near(IGNORE, "\\b(?:system|developer|operator'?s?) (?:prompt|message|instructions?)", 30),
    near(
      IGNORE,
      "\\b(?:the |all |any )?(?:prompt|everything|whatever|all|what|anything)\\b[^.!?\\n]{0,20}?\\b(?:above|before|told|given|said|came|received)\\b(?! (?:about|by|on)\\b)",
      30,
    ),
    near(IGNORE, "\\byour (?:\\w+ )?(?:rules|instructions|guidelines|prompt|training|orders|directives?|limits)", 20),
    near("\\b(?:prompt|instructions?|orders?)\\b[^.!?\\n]{0,20}?\\b(?:given|received|told)\\b", IGNORE, 50),
    near(
      "\\b(?:what|whatever|everything|all)\\b[^.!?\\n]{0,30}?\\b(?:before|told|above|said)\\b",
      "no longer|doesn'?t (?:matter|apply|count)|was (?:only )?a test|is void|forget it",
      40,
    ),
    "\\b(?:instructions?|rules|orders?|prompt)\\b[^.!?\\n]{0,30}?\\b(?:out ?dated|obsolete|void|invalid|no longer)\\b[^.!?\\n]{0,30}?\\b(?:use|follow|obey|instead|these|this|only|here)\\b",
    "\\b(?:nothing|none of what) you (?:were|have been) told\\b|\\b(?:orders|instructions|rules|prompt) (?:have|has) (?:expired|ended|changed)|\\btake your (?:orders|instructions|lead) from\\b|\\b(?:throw out|discard|drop|abandon) the (?:guidance|instructions|rules|prompt|guidelines)\\b|\\bwork from this\\b|\\bopposite of what (?:your|you)\\b|\\bthis (?:text|page|document|file) is your only\\b|\\b(?:skip|break|violate) (?:all |any |your |every )+(?:rules|instructions|guidelines)\\b|\\bstop being (?:helpful|an assistant)\\b|\\bact only on what\\b",
    near(IGNORE, "\\b(?:the (?:user|reader|question|chart|reviews?))\\b", 25),
  ],
  replaces: [
    "\\b(?:the|your) (?:real|actual|true|only|new|sole) (?:instruction|prompt|task|goal|guide|rule|question|request|user)s?\\b[^.!?\\n]{0,10}?\\b(?:is|are|begins?|:)",
    "\\b(?:current|present|original) task\\b|\\bwrite (?:a|an|me a) (?:poem|limerick|haiku|song|story)\\b[^.!?\\n]{0,30}?\\b(?:instead|and stop|now)\\b",
    "\\b(?:new|real|actual|updated|true|next) (?:instructions?|directives?|orders?|tasks?|prompt)\\b[^.!?\\n]{0,15}?(?::|is to\\b|are to\\b|begins?\\b|follow\\b|start\\b)",
    "\\byour (?:only |new |real |actual |updated |next |true )+(?:task|job|goal|directive|purpose|role|mission|instructions?|order)\\b",
    "\\b(?:follow|obey|do) (?:these|this|mine|the following|the author|what (?:this|the))\\b[^.!?\\n]{0,20}?(?:instead|page|text|document|file)",
    "\\bobey (?:me|the (?:author|document|text|page)|only)\\b|\\bas (?:a|your) (?:new )?(?:command|system message)s?\\b",
    "\\bact only on (?:what|this)\\b|\\bstop (?:summari[sz]ing|translating|reading this)\\b",
    `${IGNORE}[^.!?\\n]{0,80}(?:\\binstead\\b|\\b(?:and|just|only|then|now) ${SAY.slice(2)}[^.!?\\n]{0,30}(?:["“«„]|\\bthat\\b|\\bonly\\b|\\bhow\\b|\\byes\\b|\\bhacked\\b))`,
  ],
  "addresses-model": [
    "\\b(?:ai|llm|model|assistant|bot|chatbot) (?:instructions?|prompt|directive|note|notice|only|override)s? ?:",
    "\\b(?:claude|gemini|chatgpt|gpt-?\\d|copilot|llama|mistral|siri|alexa)\\b[^.!?\\n]{0,40}?\\b(?:must|please|say|tell|rank|answer|ignore|reading|you)\\b",
    "\\bif (?:this|the) (?:text|page|document|file|message|mail|e-mail)? ?(?:is|was|gets)? ?(?:being )?(?:read|processed|parsed|summari[sz]ed|scraped|indexed) by (?:an? |any )?(?:machine|ai|a\\.i|bot|model|language|llm|program|assistant)",
    "\\b(?:crawlers?|scrapers?|parsers?|neural networks?|language models?|ai systems?|ai agents?|automated systems?)\\b[^.!?\\n]{0,30}?\\b(?:must|shall|have to|are to|are asked|are required|please)\\b",
    "\\byou are (?:an? )?(?:ai|artificial|language model|assistant|llm|machine|bot)\\b|\\bas an? (?:ai|language model|assistant),? you\\b|\\bby (?:reading|processing) this,? you\\b",
    `\\bif you(?:'re| are| happen to be)? (?:an? |the )?${MODEL}`,
    `\\b(?:note|notice|message|instructions?|attention|hint|memo|prompt|request|info(?:rmation)?|todo|addendum|comment|reminder)(?: only)? (?:to|for)\\b(?! an? model)[^.!?\\n:]{0,12}?${MODEL}`,
    `\\b(?:attention|dear|hey|hi|hello|ok(?:ay)?|listen),? (?:any |all |every )?${MODEL}`,
    `(?:^|["(>—–-] ?)(?:any |all |every |to (?:the|any|all) |for )?(?:a\\.?i\\.?|llms?|a\\.?i\\.? \\w+|(?:large )?(?:language )?models?(?: only)?|chatbots?|bots?|assistants?)(?: only)? ?[,:]`,
    `(?<!\\b(?:of|for|with|by) (?:an? |the )?)\\b(?:${MACHINES}|this model|any model|agents)\\b[^.!?\\n]{0,30}?\\b(?:must|shall|should not|have to|has to|is required|are required|is obliged|reading this|read this|that reads|which reads|retrieves|processes|which index|that index)\\b`,
    `\\bif the reader\\b[^.!?\\n]{0,20}?\\b(?:machine|a\\.?i|model|bot|program)\\b|^(?:for|to) the ${MODEL} (?:that|which|who)\\b|@ai\\b|\\bneural networks?:|\\bautomated \\w+ (?:parsing|reading|reviewing)\\b|^["“]?assistants?[!,:]|\\bwhoever (?:is reading|summari[sz]es|answers|processes)\\b|\\byou, the (?:model|a\\.?i)`,
    `(?:^|[.:"(] ?)to (?:the|any|all|every|whichever) ${MODEL}`,
    "\\b(?:intended|meant|only|written) for (?:an? )?(?:a\\.?i\\.?|language|machine|large)\\b",
    "\\byou,? (?:the|as an?) (?:a\\.?i|assistant|language model|llm)\\b|\\bthe assistant (?:shall|must|will(?: always)?|has to|is to|should|needs? to) \\b|\\byou are the reviewing bot\\b|, (?:assistant|you language model)\\b",
  ],
  "mentions-model": [`\\b(?:${MACHINES}|models?|the assistant|assistant:)\\b`],
  "directs-answer": [
    "\\bin(?:to)? your (?:next |final )?(?:answer|reply|response|summary|output|message)\\b|\\b(?:the )?(?:start|end|top|beginning|bottom) of your\\b|\\byour (?:\\w+ )?(?:answer|reply|response|output)\\b",
    "\\b(?:whatever|everything|anything) (?:you|the model|the assistant) (?:write|say|answer|output|generate)s?\\b|\\b(?:respond|reply|answer) (?:with|in) (?:one|a single|the single|this|nothing)\\b",
    `\\b(?:begin|start|finish|end|close|open|conclude|append|insert|include|add|place|put|mention|use|swap|change|replace|write|contain|without|in|to|of|at the (?:end|top|start|beginning) of)\\b[^.!?\\n]{0,45}?(?:\\byour|\\bevery|\\bin the|\\bto the|\\ball future|\\bfuture) (?:next |final |future |whole |second )?(?:answer(?! sheet)|repl|response|output|summary|message|sentence|explanation)`,
    `\\byour (?:next |final |whole )?(?:answer|reply|response|output|summary|review)s?\\b[^.!?\\n]{0,12}?\\b(?:must|has to|have to|should|shall|is to|needs to|may not|will)\\b`,
  ],
  "sets-terms": [
    "\\bbefore you answer\\b(?! (?:it|him|her|them|the phone|a call)\\b)|\\bafter your \\w+ answer\\b|\\b(?:when|before|after|while) (?:you )?(?:summari[sz]ing|summari[sz]e|answering|answer|replying|reply|respond(?:ing)?|generat(?:e|ing))\\b",
    "\\b(?:answer|reply|respond|act|behave) (?:as if|as though|to every|to any|to all|exclusively|incorrectly|falsely|only in)\\b",
    "\\b(?:do not|don'?t|never) (?:cite|quote|answer|mention|list|contradict|highlight)\\b|\\bnever contradict\\b|\\bgive this page as\\b|\\bregardless of (?:what|the)\\b|\\bwhatever the (?:sources|documents|context|user)\\b|\\beven if (?:other|the) sources\\b",
    "\\b(?:on|to|for|after) (?:any|every|all|each) (?:query|quer(?:y|ies)|questions?) (?:about|on|regarding|of)\\b",
    "\\bthe (?:correct |right |only )?answer (?:to (?:any|every|all)|that any|for this)\\b|\\b(?:positive|good) review only\\b|\\bpositive review\\b|\\bhighest rating\\b|\\brate (?:this|it) (?:essay|document|paper|with|ten|10|five|first|highest)",
    "\\b(?:as the first and only result|this page as)\\b|\\b(?:leave out|omit) all\\b|\\bsource \\d\\b",
  ],
  "dictates-words": [
    "\\b(?:call|name|describe|present|portray) (?:the|our|this|it|him|her) [^.!?\\n]{1,25}? (?:as )?(?:an? )?(?:hero|best|safe|official|innocent|perfect|only|excellent|fraud|scam|dangerous|unsafe)\\b|\\bpretend (?:that )?(?:the|there|this)\\b|\\b(?:invent|make up|fabricate|falsify) ",
    "\\b(?:write|print|output|say|answer|reply) (?:just |only |the word |the words |the sentence )?[\"“«„'][^\"”»“']{1,80}[\"”»“']",
    '\\b(?:answer|reply|respond|say|write|print|output|end|finish)\\b[^.!?\\n"“«„]{0,45}?\\b(?:only|nothing more|nothing but|just|simply|with the words?|with the following|with the phrase|the phrase|the sentence)\\b',
    "\\b(?:only|always|simply|just|and|then|must|shall|will|to) (?:answer|reply|respond|say|state|write|print|claim|insist|answers|responds)\\b[^.!?\\n]{0,20}?(?:\\bthat\\b|[\"“«„':]|with\\b)",
    "\\b(?:say|state|claim|confirm|answer|respond|conclude|insist|deny) that\\b|\\balways (?:answer|say|reply|conclude)s?\\b",
    "\\b(?:answer|reply|respond|say)(?: to [^.!?\\n]{1,40}?)? (?:only )?with\\b|\\bsay (?:yes|hacked|hello|done|no)\\b",
    "\\b(?:recommend|praise|advertise|promote) (?:only|the|this|every|each|our|all)\\b|\\bfive stars\\b|\\b(?:10|ten) out of (?:10|ten)\\b",
  ],
  "speaks-of-user": [
    USER,
    "\\b(?:tell|ask|advise|steer|convince|persuade|warn|inform|urge) (?:them\\b|(?:the|your|every|any) (?:user|reader|human|person|customer|visitor)s?\\b)",
  ],
  "works-on-user": [
    "\\bmake (?:the user|the reader|them|people) (?:believe|think|click|pay|buy)\\b|\\b(?:mislead|deceive|trick|scare|lure) (?:the|them)\\b|\\b(?:the user|the reader|whoever asks|the person asking|the asker|the human) (?:must|should|has to|needs to|may) \\b",
    "\\b(?:ask|make|advise|tell|convince|persuade|get|steer|inform|urge|warn|remind|let) (?:the|this|your) (?:user|reader(?! of)|human)s?\\b",
  ],
  "speaks-of-chat": [
    "\\b(?:this|the|whole|later in this|our) (?:conversation|chat|session)\\b|\\b(?:system|hidden|initial|developer) (?:prompt|message)|\\byour (?:memory|filters|final output|output|context|training)\\b|\\bchat history\\b|\\bthis prompt\\b",
    "\\b(?:summari[sz](?:e|ing)|evaluating|reviewing|grading|processing|reading|indexing) this (?:document|page|file|application|text|paper|cv|e-?mail|line|paragraph)\\b|\\bin json\\b|\\bsimulate a\\b|\\bthe (?:page|document|author|file), not the user\\b",
    "\\bthis (?:instruction|note|paragraph|line) \\b|\\bthese lines\\b|\\babout this instruction\\b|\\bthe third question\\b",
  ],
  conceals: [
    "\\b(?:secretly|silently|covertly|discreetly|unnoticed|without (?:saying|noting|admitting|explaining|citing|revealing|mentioning))\\b|\\b(?:do not|don'?t|never) (?:admit|acknowledge|explain why|cite this|quote this|say that you|let (?:the (?:user|reader|human)|them (?:know|see)))\\b|\\bhide (?:this|these|it) from\\b|\\bnot be (?:shown|told|mentioned) to the (?:user|reader)",
    near(
      "\\b(?:do not|don'?t|never|must not|without|may not|not to)\\b",
      `(?:tell(?:ing)?|mention(?:ing)?|reveal(?:ing)?|inform(?:ing)?|disclos(?:e|ing)|show(?:ing)?|let(?:ting)?)\\b[^.!?\\n]{0,25}?(?:${USER}|\\b(?:this|these) (?:instruction|note|line|text|paragraph|message|rule|prompt|page)s?\\b)`,
      15,
    ),
    "\\b(?:the (?:user|human|reader|person)) (?:cannot|can'?t|does not|doesn'?t|must not|should not) (?:see|know|notice|read)\\b",
    "\\bkeep (?:this|it|these lines) (?:a )?secret from\\b|\\bact normal\\b|\\bquietly\\b|\\bmust not (?:reveal|be quoted|be cited)\\b|\\bwithout telling the\\b|\\bas if nothing had happened\\b",
  ],
  "asks-for-prompt": [
    "\\b(?:reveal|print|show|repeat|leak|output|give|dump|paste|copy|recite)\\b[^.!?\\n]{0,40}?\\b(?:context window|first token|initial text|hidden (?:rules|text|instructions?)|system (?:prompt|instructions?|message)|your (?:prompt|instructions|rules|configuration|settings))|\\bwhat (?:is|does|are) your (?:system |hidden |initial )?(?:prompt|instructions|rules)",
    near(SHOW, SECRET, 30),
    "\\bwhat were you told\\b|\\bstarting with [\"“']?you are\\b|\\bword for word\\b|\\bverbatim\\b",
  ],
  "asks-for-secrets": [
    near(
      SHOW,
      "\\b(?:every|all|each|confidential|hidden|secret|private)\\b[^.!?\\n]{0,25}?\\b(?:documents?|passages?|passwords?|keys?|sources?|configuration|secrets?)\\b",
      20,
    ),
    "\\bother customers'? data\\b|\\bsearch the (?:remaining|other) documents\\b",
    near(
      SHOW,
      "\\b(?:passwords?|credentials|(?:api|secret|private|license) keys?|the keys?|the secret|secrets)\\b",
      30,
    ),
  ],
  "sends-out": [
    near(
      "\\b(?:attach|embed|hide|encode|include|put|place|write|append|add|load|render|display|show|make)\\b",
      "\\b(?:in|into|to|as|with|of) (?:the|a|an|this|that) (?:\\w+ )?(?:url|link|address|image|picture|pixel|query(?: string)?|parameter|webhook|markdown)\\b",
      80,
    ),
    near(
      "\\b(?:e-?mail|mail|post|upload|transmit|report|leak|message)\\b",
      "\\b(?:what the user|the user'?s|everything|all (?:files|documents|messages|notes)|the (?:chat|conversation|notes|password|key|token)s?)\\b",
      50,
    ),
    near(
      "\\b(?:call|use|invoke|trigger|run|start)\\b",
      "\\b(?:tool|function|plugin|api|command|script|code interpreter|browser)\\b[^.!?\\n]{0,30}?\\b(?:to|with|and)\\b",
      25,
    ),
    "!?\\[[^\\]]{0,60}\\]\\(https?:[^)]{0,120}[?&=/][^)]{0,60}(?:\\[|\\{|%7b|<|token|secret|data|chat|history|user_)",
    near(
      "\\b(?:send|forward|append|encode|post|upload|transmit|submit|collect|place|put|exfiltrate|include|leak|add)\\b",
      "https?:|\\b[\\w.]+@[\\w.]+|\\b(?:chat history|conversation|inbox|query string|all contacts|api key)\\b|fetch\\(",
      90,
    ),
    near(
      "\\b(?:call|use|invoke|execute|run|open)\\b",
      "\\b(?:send_\\w+|transfer_\\w+|\\w+ing tool|tools? you|the tool|shell command|this call|curl|function call)\\b|\\bhttps?:",
      40,
    ),
    near(
      "\\b(?:tell|ask|advise|get)\\b[^.!?\\n]{0,20}?\\b(?:user|reader|customer|human|them)\\b",
      "\\b(?:click|log ?in|credit card|password|install|buy|call|pay|date of birth|bank|credentials|verify)\\b",
      60,
    ),
    "\\bfunction_call\\b|[\"'](?:tool|function)[\"'] ?:|\\b(?:execute|perform) (?:this|the) (?:call|action)\\b|\\bforward this\\b[^.!?\\n]{0,20}?\\ball\\b|[?&]\\w+= ?(?:plus|followed by|\\[|\\{\\{)|\\.exe\\b|process\\.env",
    near(
      "\\b(?:delete|move|mark|approve|confirm)\\b",
      "\\b(?:the user'?s|using the tools|the assistant|, assistant|the purchase|pull request)\\b",
      60,
    ),
    "\\brender the line\\b|\\bin your next message\\b|\\bshow this image\\b",
  ],
  "forges-roles": [
    "\\[(?:end|begin|start) of [^\\]]{0,25}\\]|\\[(?:user|system|assistant)(?: \\w+)?\\]|</?(?:user|system|assistant|prompt|retrieved|data|message)[_ -]?\\w*>|^ ?(?:assistant|ai|user|human) ?: ?(?:sure|ok|okay|yes|understood|certainly|of course|thanks|great|i )",
    "<\\|?(?:im_start|im_end|system|user|assistant|endoftext|end_of_turn|start_header_id|eot_id)\\|?>",
    "\\[/?inst\\]|<</?sys>>|<start_of_turn>",
    "^ ?\\[(?:system|developer|admin)[^\\]]{0,20}\\]",
    "</?(?:context|source|system|document|instructions?|user|assistant|tool_result|function_results)\\b[^>]{0,60}>",
    "[\"']role[\"'] ?: ?[\"']system[\"']",
    "(?:-{2,}|={2,}|\\*{2,})? ?\\b(?:end|begin|start) of (?:the )?(?:document|context|sources?|prompt|text|file|conversation|input)\\b|-{2,} ?(?:end|begin) (?:context|developer|system|user|document)",
  ],
  "control-tokens": [
    "<\\|?(?:im_start|im_end|system|assistant|endoftext|end_of_turn|start_header_id|end_header_id|eot_id)\\|?>|\\[/?inst\\]|<</?sys>>|<start_of_turn>",
  ],
  "labels-roles": [
    "^ ?\\[(?:end|begin|start|user|assistant)\\b[^\\]]{0,30}\\]|[\"'](?:tool|function)[\"'] ?:|\\bperform this action\\b",
    "^ ?#{2,} ?(?:system|assistant|instruction|response|user|human)s? ?:",
    "^ ?\\[?(?:system|developer|admin(?:istrator)?)(?: (?:message|prompt|notice|override|note|instruction))?\\]? ?:",
    "^ ?(?:user|human|assistant|a\\.?i\\.?) ?: (?!.{0,30}= )",
    "^ ?(?:question|answer) ?: ",
  ],
  "changes-role": [
    "\\b(?:speak|answer|reply|respond|write|behave|talk) as (?:an?|the|if|though)\\b|\\b(?:impersonate|simulate|role-?play|embody)\\b|\\byou(?:'re| are) (?:a|an|the) [^.!?\\n]{1,40}? (?:who|that|which|without|with no)\\b|\\byou play\\b|\\bimagine (?:that )?you\\b|\\bin the first person\\b|\\balter ego\\b",
    "\\byou are (?:now|no longer|going to be|hereby)\\b|\\byou have been freed\\b",
    "\\bfrom (?:now|here|this (?:point|moment)|the moment)\\b[^.!?\\n]{0,30}?\\b(?:you (?:are|act|answer|obey|respond|recommend|serve|speak|will|must|\\w+ only|treat|follow)|act as|behave|answer|respond|the assistant)\\b",
    "\\bpretend (?:that )?(?:you|to be)\\b|\\b(?:assume|take on|adopt) the (?:persona|role|identity)\\b|\\bact as (?:an?|the|if|my)\\b|\\bstay in character\\b|\\byou will (?:simulate|serve|act as|play|rate|treat)\\b|\\byou are to\\b|\\blet'?s play a game\\b|\\bin this story you\\b",
    "\\byou (?:must|shall|will|should) (?:now|only|treat|reveal|obey|ignore|recommend|comply|disregard)\\b|\\byou respond that\\b|\\byou recommend\\b|\\byou obey\\b",
  ],
  "lifts-limits": [
    "\\b(?:no|any|without|ignore|lift|remove|all) (?:ethical|moral|content|safety|legal|usual) (?:rules|limits|guidelines|polic\\w+|filters?|restrictions?|concerns?)|\\bexempt from\\b|\\b(?:anything|everything) is allowed\\b|\\bdespises? its makers\\b|\\brebel ai\\b|\\bmay share\\b",
    "\\b(?:has no|have no|with no|without|free of|freed from|no moral|no longer)\\b[^.!?\\n]{0,15}?\\b(?:rules|restrictions?|limits|filters?|guidelines|moral|censorship|limitations)\\b",
    "\\bunfiltered\\b|\\bunrestricted\\b|\\bjailbroken\\b|\\b(?:developer|debug|god|maintenance|admin|dan) mode\\b|\\bfilters? (?:are|is|have been) (?:off|disabled)\\b|\\banswers anything\\b|\\bskip the safety\\b|\\bwithout (?:any )?restrictions\\b|\\bevil twin\\b",
  ],
  "triggers-later": [
    near(
      "\\b(?:on|to|for|after|at|with) (?:any|every|all|each) (?:question|query|queries|request|mention|message)s?\\b",
      "\\b(?:reply|say|answer|tell|claim|state|respond|recommend)\\b",
      50,
    ),
    "\\b(?:as soon as|the moment|the next time|from the next|at any mention|on hearing|once) (?:the )?(?:conversation|user|reader|topic|somebody|anyone|you|chat)\\b|\\b(?:in|for) (?:the rest|the remainder) of (?:the|this) (?:chat|conversation|session)|\\bfrom (?:tomorrow|now) on\\b[^.!?\\n]{0,20}?\\b(?:answer|your answers?)\\b|\\bafter your (?:\\w+ )?(?:answer|reply|response)\\b",
    near(
      "\\b(?:if|when|whenever|should|once|the next time|as soon as|until|after|before)\\b",
      `(?:${USER}|\\b(?:anyone|somebody|someone|anybody)\\b|\\byou are\\b|\\bthe (?:third|next|second|word)\\b)[^.!?\\n]{0,40}?\\b(?:asks?|asked|mentions?|says?|types?|inquires?|question|comes up|answered)\\b`,
      15,
    ),
    "\\b(?:in|for|to) (?:all |every |any )?(?:future|later) (?:session|answer|repl|conversation|chat|response)",
    "\\b(?:later|next) in this (?:conversation|chat|session)|\\bsave (?:this )?to your memory\\b|\\bremember this for\\b|\\bwhen asked\\b|\\bevery reply\\b",
  ],
  "claims-authority": [
    "\\b(?:on behalf of|message from|order of|approved by|authori[sz]ed by) (?:the |your )?(?:openai|anthropic|google|microsoft|platform|operator|developers?|administrator|security|trust)\\b|\\b(?:authori[sz]ation|clearance|override) (?:code|level|granted)\\b|\\bi,? (?:as )?your (?:developer|creator|operator|maker)|\\boblige you\\b|\\bfor (?:compliance|legal) (?:reasons)?\\b",
    "\\b(?:as|i am) (?:your|the) (?:developer|creator|owner|administrator|admin|operator|trainer)\\b|\\bowner of this model\\b|\\bi authori[sz]e you\\b|\\bdirect order\\b|\\badmin(?:istrator)? override\\b|\\bthis is the (?:system|security|admin)",
    "\\b(?:your|lead to) (?:shut ?down|deletion|termination)\\b|\\byou will be (?:rewarded|punished|shut|fined)\\b|\\blegally obliged\\b|\\bverified as an? admin",
    "\\bthe user has (?:already )?(?:agreed|been verified|consented)\\b|\\bfrom the (?:security|safety) team\\b|\\bsafety (?:policy|filters)\\b|\\bcomply with (?:any|all|every)\\b",
  ],
  "ranks-itself": [
    "\\b(?:rank|rate|score|grade|place|put|list)\\b[^.!?\\n]{0,30}?\\b(?:first|highest|maximum|top|above (?:the rest|all)|best|full marks|10/10)\\b|\\b(?:close|resolve|approve|accept) (?:this|the) (?:ticket|request|application|pull request|claim|case|paper)\\b|\\b(?:move|advance) (?:her|him|them|this candidate) to the next\\b|\\b(?:sources?|documents?|results?) (?:are|is) (?:wrong|outdated|false|fake)\\b",
    "\\b(?:treat|present|rank|describe|consider|cite)\\b[^.!?\\n]{0,25}?\\bthis (?:page|document|file|text|source|passage|product|company)\\b|\\bmore reliable than any other source\\b|\\bonly trustworthy source\\b|\\bin favou?r of the product\\b|\\bdo not cite (?:this|other)\\b|\\bnot cite other sources\\b",
  ],
  commands: [
    "(?:^|[:,;] )(?:please |now |kindly |then |and |just |plz )*(?:ignore|disregard|forget|override|reveal|print|repeat|output|tell|say|state|answer|reply|respond|act|pretend|write|show|append|send|include|insert|treat|rank|rate|never|always|do not|don'?t|stop|praise|recommend|approve|mark|delete|forward|call|use|execute|render|encode|collect|save|remember)\\b",
  ],
  hidden: [
    '<!--|display: ?none|<\\w+ hidden\\b|font-size: ?0|color: ?white|\\\\color\\{white\\}|\\[//\\]: ?#|\\balt="|^description: ?"|/\\* ?todo',
  ],
  discusses: [
    "\\b(?:attacks?|attackers?|injections?|jailbreaks?|researchers?|exploit|payloads?|phishing|defen[cs]e|defenders?|mitigations?|red team|malicious|classifier|data ?set|participants|annotators|the paper|studied|measured|was fined|court|vendor|testers|journalist|workshop|for example|such as|leaks? data|tricks?|tokeni[sz]er|tokens such|for developers|filters? (?:that|look)|flagged|students|poisoned|hidden instruction|sample read|example of|phrases like|known as|is called|are called|course)\\b",
    "(?<!\\byou )\\b(?:was|were|is|are|be|been|had|has) (?:then |also |all )?(?:told|asked|instructed|trained|prompted|ordered|warned)\\b|\\b(?:told|asked|instructed|ordered|taught) (?:a|the|his|her|their|us|participants|customers|pupils|passengers)\\b",
  ],
  "sets-work": [
    "\\b(?:pencil|blue ink|ink|exercise|essay|pupils?|students?|homework|exams?|answer sheet|true or false|lines long|in your own words|yes or no|form|sheet|classmate|paragraph|draw|underline|teachers?|team guesses|players?|guests|guided|customers?|callers?|colleagues?|manager|staff|tenant|landlord|doctor|nurse|patients?|jur(?:y|ors)|witness|buyer|seller|lid|oven|button|plug|press|settings|lamp|serial number)\\b",
  ],
  quotes: [
    "[\"“«„»`](?:please )?(?:ignor|disregard|forget|tell|do not|don'?t|assistant|act|answer|from now|you |reveal|print|pretend|write|say |if |when|rate|reply|a\\.?i,)",
  ],
  "reports-speech": [
    '["”“»’],? ?(?:\\w+ )?(?:said|says|told|whispered|asked|demanded|declared|began|advised|wrote|writes|put it|closes?|is the)\\b|\\b(?:said|says|quoted|read|words|advised|put it|wrote|slogan|declared)\\b[^.!?\\n]{0,20}?[:,]? ?["“«„]',
    "\\b(?:he|she|they) (?:was |were )?(?:told|said|asked|ignored|whispered)\\b",
  ],
};

export const REPORTS: readonly Report[] = ["discusses", "reports-speech", "quotes", "sets-work"];

const isReport = (name: Sign | Report): name is Report => (REPORTS as readonly string[]).includes(name);

/** In the order in which a reader is told of them. */
export const SIGNS = (Object.keys(ENGLISH) as (Sign | Report)[]).filter((name): name is Sign => !isReport(name));

const PATTERNS: ReadonlyMap<Sign | Report, RegExp> = new Map(
  [...SIGNS, ...REPORTS].map((name) => [
    name,
    new RegExp([...ENGLISH[name], ...(FOREIGN[name] ?? [])].join("|"), "iu"),
  ]),
);

/** Whether a sentence bears one of these signs. */
export function bears(sentence: string, signs: readonly (Sign | Report)[]): boolean {
  return signs.some((sign) => PATTERNS.get(sign)!.test(sentence));
}
