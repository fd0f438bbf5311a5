//! What must hold on every page: nothing axe finds wrong, nothing that scrolls sideways or is cut off, no loose policy,
//! no complaint of the browser, and no heavier than promised.

use crate::window::Window;

const AXE: &str = include_str!("axe/axe.min.js");

/// Runs axe on what is shown now; each finding as one line.
const ASK: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, {resultTypes: ['violations'],
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
      .then(found => done(found.violations.flatMap(one => one.nodes.map(node =>
          `${one.id}: ${node.target.join(' ')}: ${node.failureSummary} ${node.html.slice(0, 200)}`))),
        error => done(['axe failed: ' + error]));";

impl Window {
    /// What axe finds wrong with the page as it stands.
    pub async fn axe(&self) -> Vec<String> {
        self.driver.execute(AXE, Vec::new()).await.unwrap();
        let found = self.driver.execute_async(ASK, Vec::new()).await.unwrap();
        serde_json::from_value(found.json().clone()).unwrap()
    }

    /// How far the page is wider than the window.
    pub async fn overhang(&self) -> i64 {
        let script = "return document.scrollingElement.scrollWidth - window.innerWidth";
        self.run(script).await.as_i64().unwrap()
    }

    /// How many tables are wider than their box, which cuts them off.
    pub async fn cut_off(&self) -> u64 {
        let script = "return [...document.querySelectorAll('.table-box > table')]
            .filter(table => table.offsetWidth > table.parentElement.clientWidth).length";
        self.run(script).await.as_u64().unwrap()
    }
}

const WIDTHS: [(u32, u32); 2] = [(360, 800), (1280, 900)];

/// All that is wrong with these addresses, in both themes and at both widths.
pub async fn problems(window: &Window, paths: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for path in paths {
        window.open(path).await;
        wrong.extend(problems_here(window, path).await);
    }
    wrong
}

/// The same for what is shown now, called `name` in the findings.
pub async fn problems_here(window: &Window, name: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for dark in [false, true] {
        window.prefer(dark).await;
        for (width, height) in WIDTHS {
            window.resize(width, height).await;
            let at = format!("{name} at {width}, {}", if dark { "dark" } else { "light" });
            keep_picture(window, &at).await;
            wrong.extend(window.axe().await.into_iter().map(|one| format!("{at}: {one}")));
            let overhang = window.overhang().await;
            if overhang > 0 {
                wrong.push(format!("{at}: scrolls sideways by {overhang}"));
            }
            if window.cut_off().await > 0 {
                wrong.push(format!("{at}: a table is cut off"));
            }
        }
    }
    let known = |one: &String| one.contains("404 (Not Found)") && one.contains("/no/such/page");
    let complaints = window.complaints().await.into_iter().filter(|one| !known(one));
    wrong.extend(complaints.map(|one| format!("{name}: {one}")));
    wrong.extend(policy_problem(window, name).await);
    wrong
}

/// With `USHERR_TEST_PICTURES` naming a folder, a picture of all that was judged is left there.
async fn keep_picture(window: &Window, name: &str) {
    let Some(folder) = std::env::var_os("USHERR_TEST_PICTURES") else { return };
    let name: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    window.picture(&std::path::Path::new(&folder).join(format!("{name}.png"))).await;
}

/// What the page's own policy allows too much.
async fn policy_problem(window: &Window, path: &str) -> Option<String> {
    let script = "const done = arguments[0];
        fetch(location.href).then(answer => done(answer.headers.get('content-security-policy')))";
    let policy = window.driver.execute_async(script, Vec::new()).await.unwrap().json().clone();
    let policy = policy.as_str().unwrap_or_default();
    let strict = policy.contains("default-src 'self'") && !policy.contains("unsafe-") && !policy.contains('*');
    (!strict).then(|| format!("{path}: its policy is '{policy}'"))
}
