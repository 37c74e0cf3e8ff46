"""The facility's page by Dash."""

import dash
from dash import dcc, html

from benchmarks.viewer_peer import asked, figures, headline


def main() -> None:
    estate, facility, year, port = asked()
    app = dash.Dash(__name__)

    def layout() -> html.Div:
        told = headline(estate, facility, year)
        return html.Div(
            [
                html.H1(f"{facility} {year}"),
                html.Ul([html.Li(f"{name}: {value}") for name, value in told]),
                *(dcc.Graph(figure=figure) for figure in figures(estate, facility, year)),
            ]
        )

    app.layout = layout
    app.run(host="127.0.0.1", port=str(port), debug=False)


if __name__ == "__main__":
    main()
