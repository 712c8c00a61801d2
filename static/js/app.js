// Every page's behaviour; each page works without it.
import "./forget.js";
import "./dialog.js";
import "./swap.js";
import "./picks.js";
import "./keys.js";
import "./progress.js";
