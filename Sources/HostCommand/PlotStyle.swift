/// How a plot looks, in light and in dark.
enum PlotStyle {
    /// Colours of the stages, by the order in which their names first came.
    static let stageColours = 7

    static let sheet = """
        <style>
        text{font-family:system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;fill:#24292f}
        .page{fill:#fff}
        .title{font-size:19px;font-weight:600}
        .note{font-size:13px;fill:#57606a}
        .label{font-size:12px}.label,.label text{fill:#57606a}
        .end{text-anchor:end}.middle{text-anchor:middle}
        .grid path{stroke:#d8dee4;fill:none}
        .line{fill:none;stroke-width:2;stroke-linejoin:round}
        .area{stroke:none}
        .resident.line{stroke:#2f6fdf}.resident.area{fill:#2f6fdf;fill-opacity:.14}
        .anonymous.line{stroke:#d9822b}.anonymous.area{fill:#d9822b;fill-opacity:.24}
        .resident-key{fill:#2f6fdf}.anonymous-key{fill:#d9822b}
        .cap path{stroke:#cf222e;stroke-width:1.5;stroke-dasharray:7 5}
        .cap text{font-size:12px;font-weight:600;fill:#cf222e}
        .peak{fill:#2f6fdf;stroke:#fff;stroke-width:1.5}
        .figure{font-size:12px;font-weight:600;fill:#2f6fdf}
        .kill{stroke:#cf222e;stroke-width:1.5}.kill text,text.kill{fill:#cf222e;stroke:none}
        .start{fill:#57606a}
        .life{fill:#8c959f;fill-opacity:.45}
        .modified{fill:#2da44e}.original{fill:#cf222e}
        .inside{font-size:10px;fill:#fff}
        .s0{fill:#54aeff}.s1{fill:#8250df}.s2{fill:#bf8700}.s3{fill:#2da44e}
        .s4{fill:#e85aad}.s5{fill:#1b7c83}.s6{fill:#8c959f}
        @media (prefers-color-scheme:dark){
        text{fill:#e6edf3}.page{fill:#0d1117}
        .note,.label,.label text{fill:#9198a1}
        .grid path{stroke:#2a313c}
        .resident.line{stroke:#6cb6ff}.resident.area{fill:#6cb6ff}
        .anonymous.line{stroke:#f0a857}.anonymous.area{fill:#f0a857}
        .resident-key{fill:#6cb6ff}.anonymous-key{fill:#f0a857}
        .cap path,.kill{stroke:#ff7b72}.cap text,.kill text,text.kill{fill:#ff7b72}
        .peak{fill:#6cb6ff;stroke:#0d1117}.figure{fill:#6cb6ff}
        .start{fill:#9198a1}.life{fill:#6e7681}
        .modified{fill:#3fb950}.original{fill:#ff7b72}.inside{fill:#0d1117}
        }
        </style>
        """
}
