//! The content of the PDF, read by independent programs.

use std::path::Path;
use std::process::Command;

use super::{BadFont, Face, Fonts, NoPdf, NoSeal, PDF_BYTES_MAX, Press, RARE, SEAL_BYTES_MAX, Seal};
use crate::certificate::content::Content;
use crate::certificate::testing::content;
use crate::certificate::wording::{SAMPLE, TITLE, TITLE_ENGLISH, Wording};
use crate::chain::sha256;

const SEAL: &[u8] = include_bytes!("testdata/seal.png");

/// Fonts that scripts/setup installs.
fn face(file: &str) -> Face {
    let path = Path::new("/usr/share/fonts/opentype/noto").join(file);
    Face::read(std::fs::read(&path).expect("fonts-noto-cjk, see scripts/setup")).expect("a font")
}

fn press() -> Press {
    let fonts = Fonts {
        plain: vec![face("NotoSerifCJK-Regular.ttc"), face("NotoSansCJK-Regular.ttc")],
        strong: vec![face("NotoSerifCJK-Bold.ttc")],
    };
    Press { fonts, seal: None, is_sample: false }
}

/// The text that poppler reads; `None` = it is not installed, which is printed.
fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("certificate.pdf");
    std::fs::write(&file, pdf).expect("a file in it");
    let output = Command::new(program).arg(&file).args(arguments).output();
    let output = match output {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: {program} is not installed ({error}); see scripts/setup");
            return None;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

/// Lines and blanks are a matter of layout.
fn packed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The words in the order of drawing.
fn words(content: &Content) -> String {
    let wording = Wording::of(content);
    let spans = wording.paragraphs.iter().flatten().map(|span| span.text.clone());
    let all = [TITLE.to_owned(), TITLE_ENGLISH.to_owned()].into_iter().chain(spans).chain(wording.foot);
    let issuers = wording.issuers.into_iter().rev();
    packed(&all.chain(issuers).chain([wording.date]).collect::<String>())
}

#[test]
fn the_text_in_the_pdf_is_the_data() {
    let press = press();
    for name in ["欧阳䶮", "㛃𬭚𣲘", "阿卜杜热合曼·阿卜杜克热木江", "Zoë O'Neill-García"]
    {
        let content = Content { name: name.into(), ..content() };
        assert_eq!(content.mistakes(), []);
        let pdf = press.print(&content).expect("a PDF");
        let Some(text) = poppler("pdftotext", &["-raw", "-"], &pdf) else { return };
        assert_eq!(packed(&text), words(&content));
    }
}

#[test]
fn every_printing_gives_the_same_bytes_and_they_are_few() {
    let (press, content) = (press(), content());
    let pdf = press.print(&content).expect("a PDF");
    assert_eq!(press.print(&content), Ok(pdf.clone()));
    assert_eq!(self::press().print(&content), Ok(pdf.clone()), "with the fonts read anew");
    assert!(pdf.len() < 60_000, "{} bytes", pdf.len());
    let other = Content { name: "张三".into(), ..content };
    assert_ne!(press.print(&other), Ok(pdf));
}

#[test]
fn it_is_an_archival_pdf_with_its_fonts_in_it() {
    let pdf = press().print(&content()).expect("a PDF");
    let text = String::from_utf8_lossy(&pdf);
    assert!(
        text.contains("<pdfaid:part>2</pdfaid:part>") && text.contains("<pdfaid:conformance>U<"),
        "PDF/A-2u"
    );
    assert!(!text.contains("/Subtype/Image") && !text.contains("/JavaScript") && !text.contains("/Encrypt"));
    assert!(
        text.contains("/S/GTS_PDFA1") && text.contains("/OutputIntents"),
        "its colours mean the same everywhere"
    );
    let Some(fonts) = poppler("pdffonts", &[], &pdf) else { return };
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(
        !fonts.is_empty() && fonts.iter().all(|font| font.contains(" yes yes yes ")),
        "embedded: {fonts:?}"
    );
    let Some(info) = poppler("pdfinfo", &[], &pdf) else { return };
    assert!(info.contains("Page size:       841.89 x 595.276 pts (A4)"), "{info}");
    assert!(info.contains("Pages:           1\n"), "{info}");
    assert!(info.contains("结业证书 ZP202000101330001236"), "{info}");
}

#[test]
fn a_seal_is_printed_where_the_content_names_it() {
    let seal = Seal::read(SEAL.to_vec()).expect("a seal");
    assert_eq!(seal.digest(), sha256(SEAL));
    let press = Press { seal: Some(seal.clone()), ..press() };
    let without = press.print(&content()).expect("a PDF");
    let sealed = Content { seal: Some(seal.digest().to_owned()), ..content() };
    let with = press.print(&sealed).expect("a PDF");
    assert!(without.len() < with.len() && with.len() <= PDF_BYTES_MAX, "{} bytes", with.len());
    assert_eq!(press.print(&sealed), Ok(with));
    let none = Press { seal: None, ..press };
    assert_eq!(none.print(&sealed), Err(NoPdf::Seal(seal.digest().to_owned())));
}

#[test]
fn other_pictures_are_no_seals() {
    assert_eq!(Seal::read(vec![0; SEAL_BYTES_MAX + 1]).err(), Some(NoSeal::TooLarge));
    for bytes in [&b""[..], b"GIF89a", b"<svg/>", &SEAL[..20]] {
        assert!(matches!(Seal::read(bytes.to_vec()), Err(NoSeal::Format(_))), "{bytes:?}");
    }
    // Its head says 4096 × 1 dots.
    let mut flat = SEAL.to_vec();
    flat[16..24].copy_from_slice(&[0, 0, 16, 0, 0, 0, 0, 1]);
    assert!(Seal::read(flat).is_err());
    let mut broken = SEAL.to_vec();
    let middle = broken.len() / 2;
    broken[middle..].fill(0);
    // An unreadable rest is found at once, not in the middle of a batch.
    assert!(matches!(Seal::read(broken), Err(NoSeal::Format(_))));
}

#[test]
fn a_sample_says_that_it_is_one() {
    let press = Press { is_sample: true, ..press() };
    let pdf = press.print(&content()).expect("a PDF");
    let Some(text) = poppler("pdftotext", &["-raw", "-"], &pdf) else { return };
    assert!(packed(&text).contains(SAMPLE), "{text}");
}

#[test]
fn letters_that_no_font_has_are_told_beforehand_and_never_printed() {
    let press = press();
    assert!(press.fonts.missing(RARE).is_empty());
    assert!(press.missing(&content()).is_empty());
    // Neither font has Tibetan and Yi.
    let content = Content { name: "བཀྲ་ཤིས".into(), ..content() };
    let missing = press.missing(&content);
    assert!(missing.contains(&'བ') && !missing.contains(&'张'), "{missing:?}");
    assert_eq!(press.print(&content), Err(NoPdf::NoGlyph('བ')));
}

#[test]
fn the_longest_texts_fit_or_are_refused() {
    let press = press();
    let mut content = content();
    content.name = "名".repeat(50);
    content.unit = "新疆生产建设兵团".into();
    content.school = "校".repeat(60);
    content.programme = "训".repeat(80);
    content.phase = "期".repeat(50);
    content.issuers = vec!["关".repeat(30); 4];
    content.pages = format!("https://{}/v", "a".repeat(88));
    assert_eq!(content.mistakes(), []);
    let pdf = press.print(&content).expect("a PDF");
    if let Some(text) = poppler("pdftotext", &["-raw", "-"], &pdf) {
        assert_eq!(packed(&text), words(&content));
    }
    content.unit = "省".repeat(30);
    content.programme = "训".repeat(100);
    content.phase = "期".repeat(100);
    assert_eq!(content.mistakes(), []);
    assert_eq!(press.print(&content), Err(NoPdf::TooLong));
}

#[test]
fn bytes_that_are_no_font_are_refused() {
    let error = |bytes: Vec<u8>| Face::read(bytes).err();
    assert_eq!(error(Vec::new()), Some(BadFont::Format));
    assert_eq!(error(SEAL.to_vec()), Some(BadFont::Format));
    let noto = std::fs::read("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc").expect("a font");
    assert_eq!(error(noto[..4096].to_vec()), Some(BadFont::Format));
    assert_eq!(face("NotoSerifCJK-Regular.ttc").name(), "Noto Serif CJK SC");
}

/// `cargo test --release --lib certificate -- --ignored --nocapture`
#[test]
#[ignore = "measures; alone on the machine, optimised"]
fn how_many_certificates_a_second() {
    const COUNT: u32 = 200;
    let press = press();
    let (begin, mut bytes) = (std::time::Instant::now(), 0);
    for serial in 1..=COUNT {
        let number = crate::certificate::number::Number::new(2020, 1, 1, 33, serial).expect("a number");
        bytes += press.print(&Content { number, ..content() }).expect("a PDF").len();
    }
    let seconds = begin.elapsed().as_secs_f64();
    println!("{:.0} a second, {} bytes each", f64::from(COUNT) / seconds, bytes / COUNT as usize);
}
