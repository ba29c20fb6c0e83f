//! A plain paper with a table, on as many pages A4 upright as it takes: statements of hours. The same paper and fonts give the
//! same bytes.

use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings};

use super::fonts::Letters;
use super::lines::Placed;
use super::page::{Colour, GREY, INK, MM, PALE_GOLD, fill_with};
use super::{NoPdf, Press, lines, midnight, page};
use crate::certificate::wording::{Span, Style};
use crate::time::LocalDate;

const WIDTH: f32 = 210.0 * MM;
const HEIGHT: f32 = 297.0 * MM;
const LEFT: f32 = 18.0 * MM;
const RIGHT: f32 = WIDTH - LEFT;
const TOP: f32 = 20.0 * MM;
/// Lower end of the text on a page.
const BOTTOM: f32 = HEIGHT - 22.0 * MM;
const TITLE_SIZE: f32 = 17.0;
const SIZE: f32 = 9.5;
const LEADING: f32 = SIZE * 1.6;
const FOOT_SIZE: f32 = 8.0;
/// Thickness of the rules between rows.
const RULE: f32 = 0.6;
/// Around the lines of a cell.
const CELL_AIR: f32 = 1.6 * MM;
/// Rows of one paper: a person has some hundred lessons in five years.
const ROWS_MAX: usize = 2_000;

/// A column of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub heading: &'static str,
    /// Share of the table's width; the shares of all columns add up to 1.
    pub share: f32,
    /// Figures end at the right edge.
    pub is_figure: bool,
}

/// The content of a printed paper. Empty lines are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Paper {
    pub title: String,
    /// One paragraph each, above the table.
    pub above: Vec<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
    /// One paragraph each, below it.
    pub below: Vec<String>,
    /// At the foot of each page, before its number.
    pub foot: String,
    /// The day on which the paper is made.
    pub day: LocalDate,
}

/// A line of letters, and where it begins: from the left edge, its base from the top.
struct Line {
    letters: Vec<Placed>,
    at: (f32, f32),
    size: f32,
    colour: Colour,
}

/// The content of one page.
#[derive(Default)]
struct Sheet {
    lines: Vec<Line>,
    /// Rules between rows, from the top.
    rules: Vec<f32>,
}

impl Press {
    /// Prints a paper.
    pub fn paper(&self, paper: &Paper) -> Result<Vec<u8>, NoPdf> {
        if paper.rows.len() > ROWS_MAX {
            return Err(NoPdf::TooLong);
        }
        let format = |error: &dyn std::fmt::Debug| NoPdf::Format(format!("{error:?}"));
        let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_U).finish();
        let configuration = configuration.map_err(|error| format(&error))?;
        let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
        let mut document = Document::new_with(settings);
        let metadata = Metadata::new().title(paper.title.clone()).language("zh-CN".into());
        let metadata = metadata.creator("live-classroom".into()).document_id(paper.title.clone());
        document.set_metadata(metadata.creation_date(midnight(paper.day)));
        let letters = Letters::of(&self.fonts);
        for sheet in sheets(&letters, paper)? {
            let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| format(&"no page"))?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            sheet.draw(&mut surface, &letters);
            surface.finish();
            page.finish();
        }
        document.finish().map_err(|error| format(&error))
    }
}

impl Sheet {
    fn draw(&self, surface: &mut Surface, letters: &Letters) {
        fill_with(surface, PALE_GOLD);
        for y in &self.rules {
            page::draw(surface, |path| page::add_rect(path, LEFT, *y, RIGHT - LEFT, RULE));
        }
        for line in &self.lines {
            fill_with(surface, line.colour);
            page::write(surface, letters, &line.letters, line.at, line.size);
        }
    }
}

/// The pages of a paper.
fn sheets(letters: &Letters, paper: &Paper) -> Result<Vec<Sheet>, NoPdf> {
    let mut setting = Setting { letters, sheets: vec![Sheet::default()], y: TOP };
    setting.title(&paper.title)?;
    for text in &paper.above {
        setting.text(text)?;
    }
    setting.y += CELL_AIR;
    let headings: Vec<String> = paper.columns.iter().map(|column| column.heading.to_owned()).collect();
    setting.row(&paper.columns, &headings, true)?;
    for row in &paper.rows {
        if setting.row(&paper.columns, row, false)? {
            // It began a new page: the headings stand there, too.
            setting.row(&paper.columns, &headings, true)?;
            setting.row(&paper.columns, row, false)?;
        }
    }
    setting.y += CELL_AIR;
    for text in &paper.below {
        setting.text(text)?;
    }
    setting.foot(&paper.foot)?;
    Ok(setting.sheets)
}

/// Sets lines from the top of a page to its end, and on the next one.
struct Setting<'a> {
    letters: &'a Letters<'a>,
    sheets: Vec<Sheet>,
    /// How far down the page is full.
    y: f32,
}

impl Setting<'_> {
    fn put(&mut self, line: Line) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.lines.push(line);
        }
    }

    fn turn(&mut self) {
        self.sheets.push(Sheet::default());
        self.y = TOP;
    }

    fn title(&mut self, title: &str) -> Result<(), NoPdf> {
        let (letters, width) = lines::line(self.letters, title, true, 0.05).map_err(NoPdf::NoGlyph)?;
        let size = TITLE_SIZE.min((RIGHT - LEFT) / width);
        self.y += TITLE_SIZE;
        let at = ((WIDTH - width * size) / 2.0, self.y);
        self.put(Line { letters, at, size, colour: INK });
        self.y += TITLE_SIZE * 0.8;
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), NoPdf> {
        for letters in broken(self.letters, text, false, RIGHT - LEFT)? {
            if self.y + LEADING > BOTTOM {
                self.turn();
            }
            self.y += LEADING;
            let at = (LEFT, self.y - LEADING * 0.3);
            self.put(Line { letters, at, size: SIZE, colour: INK });
        }
        Ok(())
    }

    /// Sets a row whole; true = there was no room for it, and nothing but a new page was made.
    fn row(&mut self, columns: &[Column], cells: &[String], is_head: bool) -> Result<bool, NoPdf> {
        let mut set = Vec::new();
        for (column, cell) in columns.iter().zip(cells) {
            let width = column.share * (RIGHT - LEFT) - CELL_AIR;
            set.push((column, width, broken(self.letters, cell, is_head, width)?));
        }
        let most = set.iter().map(|(.., lines)| lines.len()).max().unwrap_or(0).max(1);
        let height = most as f32 * LEADING + CELL_AIR;
        if self.y + height > BOTTOM && self.y > TOP + 3.0 * LEADING {
            self.turn();
            return Ok(true);
        }
        let mut left = LEFT;
        for (column, width, lines) in set {
            for (letters, at) in lines.into_iter().zip(1u16..) {
                let end = letters.last().map_or(0.0, |last| (last.x + last.letter.advance) * SIZE);
                let x = if column.is_figure { left + (width - end).max(0.0) } else { left };
                let base = self.y + f32::from(at) * LEADING - LEADING * 0.3 + CELL_AIR / 2.0;
                let colour = if is_head { GREY } else { INK };
                self.put(Line { letters, at: (x, base), size: SIZE, colour });
            }
            left += column.share * (RIGHT - LEFT);
        }
        self.y += height;
        let y = self.y;
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.rules.push(y);
        }
        Ok(false)
    }

    /// At the foot of each page, with its number.
    fn foot(&mut self, foot: &str) -> Result<(), NoPdf> {
        let count = self.sheets.len();
        for (sheet, number) in self.sheets.iter_mut().zip(1usize..) {
            let text = format!("{foot}　{number}/{count}");
            let (letters, width) = lines::line(self.letters, &text, false, 0.0).map_err(NoPdf::NoGlyph)?;
            let size = FOOT_SIZE.min((RIGHT - LEFT) / width);
            let at = (RIGHT - width * size, HEIGHT - 12.0 * MM);
            sheet.lines.push(Line { letters, at, size, colour: GREY });
        }
        Ok(())
    }
}

/// A text in lines of a width in points.
fn broken(letters: &Letters, text: &str, is_strong: bool, width: f32) -> Result<Vec<Vec<Placed>>, NoPdf> {
    let style = if is_strong { Style::Strong } else { Style::Plain };
    // A piece that is strong stays together: words of headings may be parted where their cell ends.
    let spans: Vec<Span> = match style {
        Style::Plain => vec![Span { text: text.into(), style }],
        _ => text.chars().map(|c| Span { text: c.into(), style }).collect(),
    };
    lines::paragraph(letters, &spans, width / SIZE, 0.0).map_err(NoPdf::NoGlyph)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Face, Fonts};
    use super::*;

    fn press() -> Press {
        let file = Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc");
        let face =
            Face::read(std::fs::read(file).expect("fonts that scripts/setup installs")).expect("a font");
        Press { fonts: Fonts { plain: vec![face], strong: Vec::new() }, seal: None, is_sample: false }
    }

    fn paper(rows: usize) -> Paper {
        let column = |heading, share, is_figure| Column { heading, share, is_figure };
        Paper {
            title: "继续教育学时证明".into(),
            above: vec!["姓名：王丽　证件号码：**************002X".into()],
            columns: vec![
                column("培训", 0.6, false),
                column("学时", 0.2, true),
                column("证书编号", 0.2, false),
            ],
            rows: vec![
                vec![
                    "第一期 教学创新团队建设".repeat(4),
                    "10.00".into(),
                    "ZP202000101330001236".into()
                ];
                rows
            ],
            below: vec!["五年合计 10 学时。".into()],
            foot: "数据来源：学时账第 7 条".into(),
            day: LocalDate::parse("2020-12-31").expect("a day"),
        }
    }

    #[test]
    fn a_paper_is_the_same_each_time_and_takes_as_many_pages_as_it_needs() {
        let press = press();
        let one = press.paper(&paper(3)).expect("a PDF");
        assert_eq!(one, press.paper(&paper(3)).expect("a PDF"));
        assert!(one.starts_with(b"%PDF"));
        let fonts = Letters::of(&press.fonts);
        let sheets = |rows| sheets(&fonts, &paper(rows)).expect("it is set");
        assert_eq!(sheets(3).len(), 1);
        let many = sheets(100);
        assert!(many.len() > 2, "{}", many.len());
        for sheet in &many {
            for line in &sheet.lines {
                let end = line.letters.last().map_or(0.0, |last| (last.x + last.letter.advance) * line.size);
                assert!(line.at.0 >= LEFT - 0.1 && line.at.0 + end <= RIGHT + SIZE, "within the margins");
                assert!(line.at.1 > TOP && line.at.1 < HEIGHT - 10.0 * MM);
            }
        }
        // Each row is set once, and the headings stand on each page with rows.
        let rules: usize = many.iter().map(|sheet| sheet.rules.len()).sum();
        assert_eq!(rules, 100 + many.iter().filter(|sheet| !sheet.rules.is_empty()).count());
        assert!(matches!(press.paper(&paper(ROWS_MAX + 1)), Err(NoPdf::TooLong)));
        let foreign = Paper { title: "བཀྲ".into(), ..paper(1) };
        assert!(matches!(press.paper(&foreign), Err(NoPdf::NoGlyph(_))));
    }
}
