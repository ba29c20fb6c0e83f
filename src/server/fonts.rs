//! The fonts of certificates: the files named in the settings, else those known to fontconfig.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

use crate::certificate::print::{Face, Fonts};
use crate::config::CertificatesConfig;

/// Chinese families, the finest first: those with brush-like strokes (宋体, 楷体) before the plain ones (黑体).
const CHINESE: [&str; 16] = [
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Noto Serif SC",
    "FandolSong",
    "SimSun",
    "AR PL UMing CN",
    "LXGW WenKai",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "AR PL UKai CN",
];
/// Number of them that are read: the second has characters that the first lacks. Each takes 20 to 30 MB of
/// memory.
const CHINESE_MAX: usize = 2;
/// Families for letters of foreign names that Chinese fonts lack.
const LATIN: [&str; 3] = ["Noto Serif", "DejaVu Serif", "Liberation Serif"];
/// Weights in fontconfig's scale.
const REGULAR: u32 = 80;
const BOLD: u32 = 200;
/// Difference of weight beyond which a font looks like another one.
const NEAR: u32 = 20;
/// Most fonts of a certificate, and the largest file.
const FONTS_MAX: usize = 8;
const FONT_BYTES_MAX: u64 = 64 << 20;

/// The files, in the order of looking up a character.
#[derive(Debug, Default, PartialEq, Eq)]
struct Files {
    plain: Vec<PathBuf>,
    strong: Vec<PathBuf>,
}

/// Reads the fonts. The error is a sentence for the person who runs the server.
pub(super) fn find(config: &CertificatesConfig) -> anyhow::Result<Fonts> {
    let files = if config.fonts.is_empty() {
        chosen(&installed()?)
    } else {
        Files { plain: config.fonts.clone(), strong: config.title_fonts.clone() }
    };
    if files.plain.is_empty() {
        bail!(
            "there is no Chinese font for certificates: install the package fonts-noto-cjk, or name a font in \
             certificates.fonts"
        );
    }
    let count = files.plain.len() + files.strong.len();
    ensure!(
        count <= FONTS_MAX,
        "certificates.fonts and title_fonts name {count} fonts, more than {FONTS_MAX}"
    );
    let read = |files: Vec<PathBuf>| files.iter().map(|file| face(file)).collect::<anyhow::Result<_>>();
    Ok(Fonts { plain: read(files.plain)?, strong: read(files.strong)? })
}

fn face(file: &Path) -> anyhow::Result<Face> {
    let read = || -> anyhow::Result<Face> {
        let bytes = std::fs::metadata(file)?.len();
        ensure!(bytes <= FONT_BYTES_MAX, "the file has {bytes} bytes, more than a font");
        Ok(Face::read(std::fs::read(file)?)?)
    };
    read().with_context(|| format!("cannot use the font {}", file.display()))
}

/// All fonts known to fontconfig, one a line: weight, slant, whether it is variable, family, file.
fn installed() -> anyhow::Result<String> {
    let format = "%{weight}\t%{slant}\t%{variable}\t%{family}\t%{file}\n";
    let output = Command::new("fc-list").arg("--format").arg(format).output().context(
        "cannot ask fontconfig (fc-list) for a Chinese font: install the package fontconfig, or name a font in \
         certificates.fonts",
    )?;
    ensure!(output.status.success(), "fc-list failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// One line of [`installed`].
struct Installed<'a> {
    weight: u32,
    families: &'a str,
    file: &'a str,
}

fn read(line: &str) -> Option<Installed<'_>> {
    let mut fields = line.splitn(5, '\t');
    let weight = fields.next()?.parse().ok()?;
    let (is_upright, is_variable) = (fields.next()? == "0", fields.next()? == "True");
    let (families, file) = (fields.next()?, fields.next()?);
    (is_upright && !is_variable).then_some(Installed { weight, families, file })
}

fn chosen(list: &str) -> Files {
    let mut installed: Vec<Installed> = list.lines().filter_map(read).collect();
    // The same choice on every machine with the same fonts.
    installed.sort_by_key(|font| (font.weight, font.file));
    let find = |family: &str, weight: u32| {
        let is_family = |font: &&Installed| font.families.split(',').any(|one| one == family);
        let near = installed.iter().filter(is_family).filter(|font| font.weight.abs_diff(weight) <= NEAR);
        near.min_by_key(|font| font.weight.abs_diff(weight)).map(|font| PathBuf::from(font.file))
    };
    let chinese = CHINESE.iter().filter_map(|family| Some((family, find(family, REGULAR)?)));
    let chinese: Vec<_> = chinese.take(CHINESE_MAX).collect();
    let strong = chinese.first().and_then(|(family, _)| find(family, BOLD));
    let latin = LATIN.iter().find_map(|family| find(family, REGULAR)).filter(|_| !chinese.is_empty());
    let plain = chinese.into_iter().map(|(_, file)| file).chain(latin).collect();
    Files { plain, strong: strong.into_iter().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[PathBuf]) -> Vec<&str> {
        list.iter().filter_map(|file| file.to_str()).collect()
    }

    #[test]
    fn the_finest_fonts_are_taken_whatever_the_order() {
        let mut lines = [
            "80\t0\tFalse\tDroid Sans Fallback\t/f/droid.ttf",
            "200\t0\tFalse\tNoto Serif CJK SC\t/f/serif-bold.ttc",
            "80\t0\tFalse\tNoto Serif CJK JP\t/f/serif.ttc",
            "80\t0\tFalse\tNoto Serif CJK SC,思源宋体\t/f/serif.ttc",
            "0\t0\tFalse\tNoto Serif CJK SC\t/f/serif-thin.ttc",
            "80\t0\tTrue\tNoto Serif CJK SC\t/f/variable.ttc",
            "80\t0\tFalse\tNoto Sans CJK SC\t/f/sans.ttc",
            "80\t100\tFalse\tDejaVu Serif\t/f/dejavu-italic.ttf",
            "80\t0\tFalse\tDejaVu Serif\t/f/dejavu.ttf",
            "not a line",
            "[80 200]\t0\tFalse\tNoto Serif CJK SC\t/f/range.ttc",
        ];
        for _ in 0..2 {
            let chosen = chosen(&lines.join("\n"));
            assert_eq!(files(&chosen.plain), ["/f/serif.ttc", "/f/sans.ttc", "/f/dejavu.ttf"]);
            assert_eq!(files(&chosen.strong), ["/f/serif-bold.ttc"]);
            lines.reverse();
        }
        assert_eq!(files(&chosen(lines[0]).plain), ["/f/droid.ttf"]);
        assert_eq!(chosen("80\t0\tFalse\tDejaVu Serif\t/f/dejavu.ttf"), Files::default());
        assert_eq!(chosen(""), Files::default());
    }

    #[test]
    fn a_font_that_is_none_is_named_in_a_sentence() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("font.ttf");
        std::fs::write(&file, b"no font").expect("a file in it");
        let mut config = CertificatesConfig { fonts: vec![file.clone()], ..CertificatesConfig::default() };
        let sentence = |config: &CertificatesConfig| find(config).err().map(|error| format!("{error:#}"));
        let said = sentence(&config).expect("an error");
        assert!(said.contains("font.ttf") && said.contains("no OpenType font"), "{said}");
        config.fonts = vec![file; FONTS_MAX + 1];
        assert!(sentence(&config).expect("an error").contains("9 fonts"));
        config.fonts = vec!["/nowhere/font.ttf".into()];
        assert!(sentence(&config).expect("an error").contains("/nowhere/font.ttf"));
    }
}
