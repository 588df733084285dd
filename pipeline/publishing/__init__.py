"""How a night becomes visible: all workbooks at once or none.

Judged tables go in; the report page, letters, exports for ERP and CRM and blank workbooks come out.
"""
